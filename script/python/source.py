"""Text to code, and the names that code finds."""
import ast
import builtins
import warnings

# What code may import. All of it is loaded before the first run: there are no files later.
MODULES = """
    abc array base64 binascii bisect calendar cmath collections collections.abc colorsys contextlib copy csv dataclasses datetime
    decimal difflib enum fractions functools hashlib heapq hmac html io itertools json keyword math numbers operator queue
    random re statistics string struct textwrap time types typing unicodedata urllib urllib.parse uuid zlib __future__
""".split()
# Loaded by these when they are used.
LOADED_LATER = ["_strptime", "copyreg", "encodings.ascii", "encodings.idna", "encodings.latin_1", "encodings.utf_16", "html.entities"]


class Unparsable(Exception):
    """A text that does not parse: `problem` of `module`."""

    def __init__(self, module, problem):
        super().__init__(problem["message"])
        self.module = module
        self.problem = problem


def file_name(module):
    return f"<module {module}>" if module else "<code>"


def compiled(text, module):
    """A module as it stands; other code as the body of a function `code`. Raises Unparsable."""
    try:
        return compiled_text(text, module)
    except SyntaxError as error:
        problem = {"message": error.msg or "it does not parse", "name": type(error).__name__, "line": error.lineno or 0,
                   "column": max(error.offset or 0, 1) if error.lineno else 0}
    except (ValueError, RecursionError, OverflowError) as error:
        problem = {"message": str(error), "name": type(error).__name__, "line": 0, "column": 0}
    raise Unparsable(module, problem)


def compiled_text(text, module):
    name = file_name(module)
    if module:
        return compile(text, name, "exec", dont_inherit=True)
    tree = compile(text, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    shell = ast.parse("def code(): pass")
    if tree.body:
        shell.body[0].body = tree.body
    return compile(shell, name, "exec", dont_inherit=True)


def importer(name, globals=None, locals=None, fromlist=(), level=0):
    if level or name not in MODULES and name not in LOADED_LATER:
        raise ImportError(f"code cannot import {name!r}: it has the part of the standard library that only computes")
    return builtins.__import__(name, globals, locals, fromlist)


def no_file(*_, **__):
    raise PermissionError("code has no files")


def no_text_as_code(*_, **__):
    raise PermissionError("text cannot become code here")


def names_of(print_line):
    """The built-in names of a run."""
    names = {**vars(builtins), "__import__": importer, "open": no_file, "print": print_line}
    for name in ("eval", "exec", "compile"):
        names[name] = no_text_as_code
    for name in ("breakpoint", "input"):
        names.pop(name, None)
    return names


def load():
    for name in MODULES + LOADED_LATER:
        __import__(name)
    warnings.simplefilter("ignore")  # nobody would see them

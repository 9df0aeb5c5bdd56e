"""What went wrong, in the words of docs/code.md."""
from json import dumps, loads

from source import file_name

TEXT_BYTES = 8 << 10  # of an exception's message
FRAMES = 20


def failure(code, message, name="", module="", line=0, column=0, stack=(), call_code=""):
    details = {}
    if name:
        details["name"] = name
    if call_code:
        details["code"] = str(call_code)
    if module:
        details["module"] = module
    if line:
        details.update(line=line, column=column)
        message += f" (line {line}, column {column} of {'the module ' + module if module else 'the code'})"
    if stack:
        details["stack"] = list(stack)
    return dumps({"type": "failure", "code": code, "message": message, "details": details}, ensure_ascii=True)


def unparsable(error):
    problem = error.problem
    return failure("script_syntax", f"{problem['name']}: {problem['message']}", problem["name"], error.module,
                   problem["line"], problem["column"])


def column_of(frame, line, lasti, source):
    """The character that a frame stands at, from 1; 1 where Python does not say."""
    positions = getattr(frame.f_code, "co_positions", None)
    if positions is None or lasti < 0:
        return 1
    for index, (at, _, offset, _) in enumerate(positions()):
        if index == lasti // 2:
            lines = source.splitlines()
            if at != line or offset is None or not 0 < line <= len(lines):
                return 1
            return len(lines[line - 1].encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")) + 1
    return 1


def thrown(error, sources, call_code):
    """Describes an exception; `sources` are the user's texts by the names of their files."""
    stack = []
    where = ("", 0, 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in sources:
            column = column_of(trace.tb_frame, trace.tb_lineno, trace.tb_lasti, sources[name])
            module = "" if name == file_name("") else name[len("<module "):-1]
            where = (module, trace.tb_lineno, column)
            function = trace.tb_frame.f_code.co_name
            if function in ("code", "<module>"):
                function = module or "code"
            stack.append(f"{function} ({module + ':' if module else ''}{trace.tb_lineno}:{column})")
        trace = trace.tb_next
    name = type(error).__name__
    try:
        text = str(error)[:TEXT_BYTES]
    except Exception:
        text = "an exception that cannot be shown"
    return failure("script_error", f"{name}: {text}" if text else name, name, *where, stack=stack[::-1][:FRAMES],
                   call_code=call_code)

"""One request, from its message to its result or failure."""
from json import dumps, loads
import signal

from channel import read_frame, send_frame
from failure import failure, thrown, unparsable
from source import Unparsable, compiled, file_name, names_of
from values import NotJson, TooLarge, json_text


class Late(BaseException):
    """The run's time is over."""


class CallError(Exception):
    """A call of the code failed: `code` and `details` say how."""

    def __init__(self, message, code, details):
        super().__init__(message)
        self.code = code
        self.details = details


class Console:
    def __init__(self, run):
        for level, word in (("debug", "debug"), ("log", "info"), ("info", "info"), ("warn", "warn"), ("error", "error")):
            setattr(self, level, lambda *values, word=word: run.log(word, " ".join(map(str, values))))


class Run:
    """One request, from its message to its result or failure."""

    def __init__(self, request):
        self.request = request
        self.sources = {file_name(module["name"]): module["code"] for module in request.get("modules", ())}
        self.sources[file_name("")] = request.get("code", "")
        self.calls = 0
        self.lines = 0
        self.late = False
        self.computed = False
        self.quiet = False  # nobody may be interrupted now: a frame is being written, or the run is over
        self.reserve = bytearray(1 << 20)  # to tell of having no memory

    # what the code may use

    def log(self, level, text):
        self.lines += 1
        if self.lines > self.request["log_lines"]:
            return
        data = text.encode("utf-8", "replace")
        if len(data) > self.request["line_bytes"]:
            text = data[: self.request["line_bytes"]].decode("utf-8", "ignore")
        self.send({"type": "log", "level": level, "message": text})

    def print(self, *values, sep=" ", end="", file=None, flush=False):
        self.log("info", (" " if sep is None else sep).join(map(str, values)))

    def sleep(self, seconds):
        self.call("sleep", float(seconds) * 1000)

    def http(self, request=None, **parameters):
        """http("https://..."), http({"url": ...}) or http(url=..., method=...)."""
        if isinstance(request, str):
            request = {"url": request}
        return self.call("http", {**(request or {}), **parameters})

    def call(self, name, argument):
        if self.calls >= self.request["calls"]:
            raise RuntimeError(f"the code may make {self.request['calls']} calls")
        try:
            text = json_text(argument, f"the argument of {name}()", self.request["message_bytes"])
        except (NotJson, TooLarge) as error:
            raise ValueError(str(error)) from None
        self.calls += 1
        self.write(f'{{"type":"call","name":"{name}","call":{self.calls},"argument":{text}}}')
        answer = {}
        while answer.get("call") != self.calls:
            answer = loads(read_frame())
        error = answer.get("error")
        if error:
            raise CallError(error["message"], error["code"], error.get("details"))
        return answer.get("value")

    # the conversation

    def send(self, message):
        self.write(dumps(message, ensure_ascii=False))

    def write(self, text):
        self.quiet = True
        send_frame(text)
        self.quiet = False
        if self.late:
            raise Late

    def interrupt(self, number, _):
        self.late = True
        self.computed = self.computed or number == signal.SIGPROF
        if not self.quiet:
            raise Late

    def perform(self):
        """Runs the code; the messages that say how it ended."""
        try:
            answer = self.outcome()
            self.quiet = True
        except Late:
            self.quiet = True
            answer = self.too_late()
        dropped = self.lines - self.request["log_lines"]
        if dropped > 0:
            yield dumps({"type": "log", "level": "warn",
                              "message": f"{dropped} further lines of the console were dropped: a call may write "
                                         f"{self.request['log_lines']}"})
        yield answer

    def too_late(self):
        if self.computed:
            return failure("script_timeout", f"the code computed for more than {self.request['cpu_ms']} ms, which is as "
                                             "long as code may here")
        return failure("script_timeout", f"the code took longer than its `timeout_ms` of {self.request['timeout_ms']}")

    def outcome(self):
        try:
            if self.request["type"] == "check":
                value = self.check()
            else:
                value = self.execute()
            return '{"type":"result","value":' + json_text(value, "the result", self.request["message_bytes"]) + "}"
        except NotJson as error:
            return failure("script_error", str(error))
        except TooLarge as error:
            return failure("script_too_large", str(error))
        except Late:
            raise
        except MemoryError:
            self.reserve = None
            return failure("script_out_of_memory",
                           f"the code needed more than its `memory_mb` of {self.request['memory_bytes'] >> 20}")
        except Unparsable as error:
            return unparsable(error)
        except BaseException as error:  # SystemExit and its like are the code's, too
            return thrown(error, self.sources, error.code if isinstance(error, CallError) else "")

    def execute(self):
        scope = {"__name__": "code", "__builtins__": names_of(self.print), "sleep": self.sleep, "http": self.http,
                 "console": Console(self), "CallError": CallError, **self.request["scope"]}
        for module in self.request["modules"]:
            exec(compiled(module["code"], module["name"]), scope)
        function = {}
        exec(compiled(self.request["code"], ""), scope, function)
        return function["code"]()

    def check(self):
        problems = []
        for index, text in enumerate(self.request["texts"]):
            try:
                compiled(text["code"], text["module"])
            except Unparsable as error:
                problem = error.problem
                problems.append({"text": index, "line": problem["line"], "column": problem["column"],
                                 "message": f"{problem['name']}: {problem['message']}"})
        return problems

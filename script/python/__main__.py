"""sluice-script-python: runs the Python of flows, with nothing of the world but a socket.

Started by the pool (script/pool), not by people; script/README.md describes what they say to each other. This process runs
no code of flows: it forks a child for each run, ahead of it, and ends as its child ended when that did not end well.
"""
import gc
from json import dumps, loads
import os
import random
import select
import signal
import stat
import sys
import uuid

from channel import CHANNEL, CLOSED, COMPLETED, MISUSED, NO_SANDBOX, OUT_OF_MEMORY, PROTOCOL, read_frame, send_frame
from run import Run
from sandbox import Sandbox
import source

TICK = 0.05  # seconds between requests to stop
POLLRDHUP = 0x2000


def seed_randomness(seed):
    """The same chances in every attempt of the same run of a node."""
    random.seed(seed)
    own = random.Random(seed ^ 0x5EED)
    uuid.uuid4 = lambda: uuid.UUID(int=own.getrandbits(128), version=4)


def watch_time(run):
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, run.interrupt)
    signal.setitimer(signal.ITIMER_REAL, run.request["timeout_ms"] / 1000, TICK)
    signal.setitimer(signal.ITIMER_PROF, run.request["cpu_ms"] / 1000, TICK)


def run_child(parent, sandbox):
    """Waits for a request, shuts itself in, and does it."""
    sandbox.end_with(parent)
    frame = b'{"type":"answer"'
    while frame.startswith(b'{"type":"answer"'):  # to a call that its run did not wait for
        frame = read_frame()
    request = loads(frame)
    run = Run(request)
    seed_randomness(int(request["seed"], 16))
    for places in (sys.path, sys.meta_path, sys.path_hooks, sys.path_importer_cache):
        places.clear()
    sandbox.limit_memory(request["memory_bytes"])
    sandbox.limit_processor(request["cpu_ms"])
    watch_time(run)
    sandbox.enter()
    for message in run.perform():
        send_frame(message)
    os._exit(COMPLETED)


def watch(child):
    """Waits until the child has ended; ends with it when the pool goes away."""
    ending = os.pidfd_open(child)
    poll = select.poll()
    poll.register(ending, select.POLLIN)
    poll.register(CHANNEL, POLLRDHUP)
    if ending not in dict(poll.poll()):
        os.kill(child, signal.SIGKILL)
        os._exit(CLOSED)
    os.close(ending)
    return os.waitpid(child, 0)[1]


def end_as(status):
    """Tells the pool how the child ended by ending in the same way."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def serve(sandbox):
    own = os.getpid()
    while True:
        child = os.fork()
        if child == 0:
            try:
                run_child(own, sandbox)
            except MemoryError:
                os._exit(OUT_OF_MEMORY)
            except OSError:
                os._exit(NO_SANDBOX)
            finally:
                os._exit(MISUSED)
        status = watch(child)
        if not os.WIFEXITED(status) or os.WEXITSTATUS(status) != COMPLETED:
            end_as(status)


def main():
    try:
        is_channel = stat.S_ISSOCK(os.fstat(CHANNEL).st_mode)
    except OSError:
        is_channel = False
    if len(sys.argv) != 2 or not is_channel:
        print("sluice-script-python is started by sluice, to run the code of flows.", file=sys.stderr)
        sys.exit(MISUSED)
    os.closerange(0, CHANNEL)
    os.closerange(CHANNEL + 1, 1 << 30)
    source.load()
    try:
        sandbox = Sandbox(int(sys.argv[1]))
    except OSError:
        os._exit(NO_SANDBOX)
    gc.collect()
    gc.freeze()
    send_frame(dumps({"type": "ready", "protocol": PROTOCOL}))
    serve(sandbox)


main()

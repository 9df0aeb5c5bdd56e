"""The host's end of the socket: whole frames, blocking."""
import os
import struct

CHANNEL = 3
PROTOCOL = 1
LARGEST_FRAME = 64 << 20

# How a host ends by itself, as in script/protocol.hpp; `COMPLETED` is said to the parent only.
CLOSED, MISUSED, NO_SANDBOX, OUT_OF_MEMORY, COMPLETED = 0, 64, 69, 70, 75


def read_exactly(size):
    parts = []
    while size > 0:
        part = os.read(CHANNEL, min(size, 1 << 20))
        if not part:
            os._exit(CLOSED)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def read_frame():
    (length,) = struct.unpack("<I", read_exactly(4))
    if length > LARGEST_FRAME:
        os._exit(MISUSED)
    return read_exactly(length)


def send_frame(text):
    data = text.encode("utf-8", "replace")
    frame = memoryview(struct.pack("<I", len(data)) + data)
    while frame:
        frame = frame[os.write(CHANNEL, frame):]

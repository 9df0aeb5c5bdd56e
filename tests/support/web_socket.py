"""A small WebSocket client (RFC 6455) on a plain socket, framed by hand so that tests may also send what is wrong."""
import base64
import os
import socket
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PATIENCE = 30


class Closed(Exception):
    """The peer has closed: `code` of its close frame, None when there was none."""

    def __init__(self, code=None, reason=""):
        super().__init__(f"closed with {code} {reason!r}")
        self.code, self.reason = code, reason


class Refused(Exception):
    """The answer to the handshake was not 101."""

    def __init__(self, status, head, body):
        super().__init__(f"answered {status}: {head!r} {body!r}")
        self.status, self.head, self.body = status, head, body


def frame(payload, opcode=TEXT, final=True, masked=True) -> bytes:
    """One frame as a client sends it."""
    payload = payload.encode() if isinstance(payload, str) else payload
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if final else 0) | opcode])
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 1 << 16:
        head += bytes([mask_bit | 126]) + struct.pack("!H", len(payload))
    else:
        head += bytes([mask_bit | 127]) + struct.pack("!Q", len(payload))
    if not masked:
        return head + payload
    mask = os.urandom(4)
    repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return head + mask + mixed.to_bytes(len(payload), "big")


class WebSocket:
    """An open connection. Pings are answered while something is awaited."""

    def __init__(self, connection, received: bytes):
        self.connection, self._received = connection, received
        self._parts = None  # of a fragmented message

    def send_raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def send_text(self, text: str) -> None:
        self.send_raw(frame(text))

    def receive_frame(self, timeout=PATIENCE):
        """The next frame as (opcode, payload, final). TimeoutError when none comes, Closed at the connection's end."""
        self.connection.settimeout(timeout)
        # What has come stays in the buffer until the frame is whole: a timeout loses nothing.
        self._fill(2)
        size, head = self._received[1] & 0x7F, 2
        if size >= 126:
            head = 4 if size == 126 else 10
            self._fill(head)
            size = int.from_bytes(self._received[2:head], "big")
        self._fill(head + size)
        first, payload = self._received[0], self._received[head:head + size]
        self._received = self._received[head + size:]
        return first & 0x0F, payload, bool(first & 0x80)

    def receive_text(self, timeout=PATIENCE) -> str:
        """The next text message. Closed when the peer closes instead; its close is answered."""
        while True:
            opcode, payload, final = self.receive_frame(timeout)
            if opcode == PING:
                self.send_raw(frame(payload, PONG))
            elif opcode == CLOSE:
                self._answer_close(payload)
            elif opcode != PONG:
                assert opcode != BINARY, "a binary message"
                self._parts = (self._parts or b"") + payload
                if final:
                    text, self._parts = self._parts, None
                    return text.decode()

    def close(self, code=1000, reason="") -> int:
        """Closes in order, waits for the peer's close, and returns the code in it (None without one)."""
        try:
            self.send_raw(frame(struct.pack("!H", code) + reason.encode(), CLOSE))
            while True:
                opcode, payload, _ = self.receive_frame()
                if opcode == CLOSE:
                    return struct.unpack("!H", payload[:2])[0] if payload else None
        except (Closed, OSError):
            return None
        finally:
            self.connection.close()

    def cut(self) -> None:
        """Ends the connection without a word."""
        self.connection.close()

    def _answer_close(self, payload):
        try:
            self.send_raw(frame(payload[:2], CLOSE))
        except OSError:
            pass  # the peer need not wait for it
        self.connection.close()
        code = struct.unpack("!H", payload[:2])[0] if payload else None
        raise Closed(code, payload[2:].decode())

    def _fill(self, size: int) -> None:
        while len(self._received) < size:
            chunk = self.connection.recv(1 << 16)
            if not chunk:
                raise Closed
            self._received += chunk

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()


def handshake(host: str, path: str, headers=None) -> bytes:
    """The request that asks for an upgrade; `headers` replace its fields, None takes one away."""
    fields = {"Host": host, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **(headers or {})}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items() if value is not None)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(host: str, port: int, path: str, headers=None, early=b"", receive_buffer=None) -> WebSocket:
    """Opens a WebSocket; `early` is sent together with the handshake. Refused when the answer is another than 101."""
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(PATIENCE)
    connection.connect((host, port))
    connection.sendall(handshake(f"{host}:{port}", path, headers) + early)
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(1 << 16)
        if not chunk:
            break
        received += chunk
    head, _, rest = received.partition(b"\r\n\r\n")
    status = int((head.split(b" ", 2) + [b"0", b"0"])[1])
    if status != 101:
        connection.close()
        raise Refused(status, head.decode(), rest.decode())
    return WebSocket(connection, rest)

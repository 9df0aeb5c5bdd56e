"""WebSockets as a client sees them that shares no code with the server."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import tap  # noqa: E402
from support.programs import BUILD, Process, wait_for  # noqa: E402
from support.web_socket import (BINARY, CONTINUATION, PING, PONG, Closed, Refused, connect, frame)  # noqa: E402


class Room(Process):
    """The program of this test."""

    def __init__(self):
        super().__init__([BUILD / "tests/http/web-socket-program"], r"listens on ([\d.]+):(\d+)\n")
        self.host, self.port = self.match.group(1), int(self.match.group(2))

    def join(self, **more):
        return connect(self.host, self.port, "/room", **more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def closed_by(peer) -> Closed:
    while True:
        try:
            peer.receive_text()
        except Closed as end:
            return end


def test_texts_go_both_ways():
    with Room() as room, room.join() as peer:
        for text in ("hello", "", "ä€🙂", "x" * 70_000):
            peer.send_text(text)
            tap.equal(peer.receive_text(), text)
        tap.equal(peer.close(4000, "enough"), 4000)


def test_what_comes_with_the_handshake_and_in_pieces_is_read():
    with Room() as room, room.join(early=frame("early")) as peer:
        tap.equal(peer.receive_text(), "early")
        peer.send_raw(frame("one ", final=False) + frame("?", PING))
        tap.equal(peer.receive_frame(), (PONG, b"?", True))
        for byte in frame("two", CONTINUATION):
            peer.send_raw(bytes([byte]))
        tap.equal(peer.receive_text(), "one two")


def test_wrong_frames_end_the_socket_with_their_code():
    with Room() as room:
        for data, code in ((frame(b"x", BINARY), 1003), (frame(b"\xff"), 1007), (frame("x", masked=False), 1002),
                           (frame("x" * (1 << 20) + "x"), 1009)):
            with room.join() as peer:
                peer.send_raw(data)
                tap.equal(closed_by(peer).code, code)


def test_wrong_handshakes_are_refused_in_the_form_of_the_mount():
    with Room() as room:
        for headers, status, code in (({"Upgrade": None}, 426, "upgrade_required"),
                                      ({"Sec-WebSocket-Version": "8"}, 426, "upgrade_required"),
                                      ({"Sec-WebSocket-Key": None}, 400, "bad_request")):
            try:
                room.join(headers=headers)
                raise AssertionError(f"{headers} was taken")
            except Refused as refused:
                tap.equal(refused.status, status)
                tap.equal(refused.body, f'{{"error":"{code}"}}')
                tap.contains(refused.head, "Access-Control-Allow-Origin: *")


def test_a_slow_reader_is_dropped_and_a_vanished_one_forgotten_while_others_go_on():
    with Room() as room, room.join() as fast, room.join(receive_buffer=4096) as slow:
        room.join().cut()
        text = "all: " + "s" * 20_000
        for _ in range(800):
            fast.send_text(text)
            tap.equal(fast.receive_text(), text)
        try:
            end = closed_by(slow)
            # None: its time to read the reason was over.
            assert end.code is None or end.reason == "too slow: more than 100 messages waiting", end
        except ConnectionResetError:
            pass
        fast.send_text("still here")
        tap.equal(fast.receive_text(), "still here")


def test_a_stop_closes_all_sockets_in_order():
    with Room() as room:
        peers = [room.join() for _ in range(50)]
        for peer in peers:
            peer.send_text("here")
            tap.equal(peer.receive_text(), "here")
        room.process.terminate()
        for peer in peers:
            tap.equal(closed_by(peer).code, 1001)
        tap.equal(wait_for(lambda: room.process.poll() is not None, "the end", 3), True)
        tap.equal(room.process.returncode, 0)


tap.run(__name__)

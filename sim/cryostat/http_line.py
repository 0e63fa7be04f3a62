"""HTTP to a box that speaks it: a request is one message, its path and its JSON."""

from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from valvelab.clock import Clock

from .line import Dropped, Line
from .listening import HOST

_LONGEST_BODY = 65536


class HttpConnection(BaseHTTPRequestHandler):
    """One connection to one box.

    Parameters
    ----------
    line
        The line to the box.
    clock
        The time of the world.
    arguments
        What every handler of `socketserver` is given.
    """

    disable_nagle_algorithm = True

    def __init__(self, line: Line, clock: Clock, *arguments: Any) -> None:
        self._line = line
        self._clock = clock
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer a request without content."""
        self._answer("")

    def do_POST(self) -> None:
        """Answer a request with content."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self.send_error(411 if not length else 413)
            return
        self._answer(self.rfile.read(int(length)).decode("utf-8", "replace"))

    def log_message(self, *arguments: Any) -> None:
        """Say nothing on the terminal."""

    def _answer(self, body: str) -> None:
        # A page in a browser can be made to ask for this port; it cannot help to say so.
        host = str(self.headers.get("Host", "")).partition(":")[0]
        if host not in (HOST, "localhost") or "Origin" in self.headers:
            self.send_error(403)
            return
        try:
            packets = self._line.send(f"{self.path} {body}")
        except Dropped:
            self.close_connection = True
            return
        with suppress(ConnectionError):
            if not packets:
                self.rfile.read(1)  # until the other side hangs up
                return
            self._clock.sleep(max(packet.due for packet in packets) - self._clock.now())
            data = b"".join(packet.data for packet in packets)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

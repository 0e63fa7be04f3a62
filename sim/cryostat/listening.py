"""Ports of this computer on which something listens; nobody outside it can reach them."""

import os
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from valvelab.errors import RunError

HOST = "127.0.0.1"
"""Nobody outside this computer can reach the boxes: they ask for no password."""


class _Server(socketserver.ThreadingTCPServer):
    # On Windows this would let two servers share a port; elsewhere it frees the port of one that has just ended.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True


@contextmanager
def listener(port: int, handler: Callable[..., Any]) -> Iterator[int]:
    """Listen until the context is left, and yield the port.

    Parameters
    ----------
    port
        The port; 0 lets the system choose it.
    handler
        Called as `socketserver.BaseRequestHandler` is, for each connection in a thread of its own.

    Raises
    ------
    RunError
        If the port is taken.
    """
    try:
        server = _Server((HOST, port), handler)
    except OSError as error:
        raise RunError(
            f"port {port} of {HOST} must be free, but cannot be used ({error.strerror}); choose another first port"
        ) from None
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()

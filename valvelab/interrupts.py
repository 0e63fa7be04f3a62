"""What the signals that end a program do while a run measures."""

import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

logger = logging.getLogger(__name__)


@contextmanager
def one_interrupt() -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal interrupt once: who is impatient must not cut the way to rest short.

    Whatever follows is only answered; who cannot wait kills the process, and its supervisor makes safe.
    """
    heard = False

    def once(number: int, frame: object) -> None:
        nonlocal heard
        if heard:
            message = f"already ending; sources are brought to rest (process {os.getpid()} can be killed)\n"
            os.write(2, message.encode())  # print may be in the middle of something
            return
        heard = True
        raise KeyboardInterrupt

    # QCoDeS holds Ctrl-C back while it talks to a box, but only where it finds Python's own handler: this is it now.
    module = vars(importlib.import_module("qcodes.utils.delaykeyboardinterrupt"))
    before = module["signal"]
    module["signal"] = SimpleNamespace(**(vars(signal) | {"default_int_handler": once}))
    try:
        with signals(as_interrupt, ctrl_c=False), signals(once, others=False):
            yield
    finally:
        module["signal"] = before


def as_interrupt(number: int, frame: object) -> None:
    """Pass a signal on as Ctrl-C, which QCoDeS holds back while it talks to an instrument or its database."""
    logger.warning("signal %s", signal.Signals(number).name)
    signal.raise_signal(signal.SIGINT)


@contextmanager
def signals(
    handler: Callable[[int, Any], None] | signal.Handlers, *, ctrl_c: bool = True, others: bool = True
) -> Iterator[None]:
    """Handle the signals that end a program; only the main thread may, elsewhere nothing changes."""
    names = [*(["SIGTERM", "SIGHUP", "SIGBREAK"] if others else []), *(["SIGINT"] if ctrl_c else [])]
    present = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        present = []
    before = [(number, signal.signal(number, handler)) for number in present]
    try:
        yield
    finally:
        for number, earlier in before:
            signal.signal(number, earlier)

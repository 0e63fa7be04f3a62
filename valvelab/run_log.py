"""What a run writes to ``run.log``, and what libraries say on the terminal that does not concern its user."""

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNREAD = "Snapshot: Could not update parameter"
_SIGNALS = "qcodes.utils.delaykeyboardinterrupt"


class _LogFile(logging.FileHandler):
    """A log file that counts the parameters which a driver cannot read, instead of warning of each."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8")
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.unread: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, unless it is one of those that are collected."""
        if _UNREAD in record.getMessage():
            self.unread.append(record.getMessage().rpartition(":")[2].strip())
        else:
            self.tell_unread()
            super().emit(record)

    def tell_unread(self) -> None:
        """Write the collected ones as one line that says what they mean."""
        names, self.unread = sorted(set(self.unread)), []
        if names:
            message = (
                f"QCoDeS's snapshot is without {', '.join(names)}: its drivers misread what the boxes answer there. "
                "No reading depends on them."
            )
            super().emit(logging.LogRecord(__name__, logging.INFO, __file__, 0, message, (), None))

    def close(self) -> None:
        """Write what is still collected, and close the file."""
        self.tell_unread()
        super().close()


@contextmanager
def run_log(path: Path) -> Iterator[None]:
    """Write what valvelab does, and what QCoDeS warns of, to a file beside the data.

    Parameters
    ----------
    path
        The file; a run that is continued goes on writing to it.
    """
    handler = _LogFile(path)
    loggers = {logging.getLogger("valvelab"): logging.INFO, logging.getLogger("qcodes"): logging.WARNING}
    before = {log: log.level for log in loggers}
    for log, level in loggers.items():
        log.setLevel(level)
        log.addHandler(handler)
    try:
        yield
    finally:
        for log, level in before.items():
            log.removeHandler(handler)
            log.setLevel(level)
        handler.close()


@contextmanager
def quiet_interrupts() -> Iterator[None]:
    """Keep QCoDeS from printing, at Ctrl-C, that it holds it back until an answer is complete; that it does still."""
    names = vars(importlib.import_module(_SIGNALS))
    names["print"] = lambda *words: None
    try:
        yield
    finally:
        names.pop("print", None)

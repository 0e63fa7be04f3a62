"""A VISA resource that expects a conversation word for word."""

from collections import deque
from types import SimpleNamespace

from pyvisa import VisaIOError
from pyvisa.constants import StatusCode


class Traffic:
    """Stand for the resource of a driver, and fail at whatever is not expected.

    Parameters
    ----------
    exchanges
        What is sent and what comes back, in order: nothing, a line, or several lines as a list.
    """

    resource_name = "GPIB0::1::INSTR"
    session = 1
    timeout: float | None = None
    read_termination = write_termination = "\n"

    def __init__(self, *exchanges: tuple[str, str | list[str] | None]) -> None:
        self.expected = deque(exchanges)
        self.visalib = SimpleNamespace(resource_manager=None)
        self._unread: deque[str] = deque()

    def expect(self, *exchanges: tuple[str, str | list[str] | None]) -> None:
        """Demand that all is over, and expect more."""
        assert not self.expected and not self._unread, (self.expected, self._unread)
        self.expected.extend(exchanges)

    def write(self, message: str) -> int:
        assert self.expected, f"nothing more was expected, but {message!r} was sent"
        sent, reply = self.expected.popleft()
        assert message == sent
        self._unread.extend([reply] if isinstance(reply, str) else reply or [])
        return len(message)

    def read(self) -> str:
        if not self._unread:
            raise VisaIOError(StatusCode.error_timeout)
        return self._unread.popleft()

    def query(self, message: str) -> str:
        self.write(message)
        return self.read()

    def clear(self) -> None:
        self.write("<clear>")

    def close(self) -> None:
        """Nothing is open."""

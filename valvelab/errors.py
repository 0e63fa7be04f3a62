"""Errors a user can act on: the command line prints their message alone and ends with exit code 2."""


class ValvelabError(Exception):
    """State what must hold, what was found, where, and what to do."""

    def __str__(self) -> str:
        """Return the message alone: QCoDeS adds to the arguments of what passes through its parameters."""
        return str(self.args[0]) if self.args else type(self).__name__


class QuantityError(ValvelabError, ValueError):
    """A quantity that is not one number and one unit of its dimension."""


class ConfigurationError(ValvelabError):
    """Mistakes in a file that a person wrote, each with file, line, column and key."""


class KindError(ConfigurationError):
    """A file of another kind than the one that was expected in its place."""


class DataError(ValvelabError):
    """A recorded or exported file that cannot be trusted or does not hold what is needed."""


class LimitError(ValvelabError):
    """A set point that a source must never be given."""


class RunError(ValvelabError):
    """A run that cannot start, go on or be continued."""


class StationError(RunError):
    """A station that cannot be opened: nothing has been moved or measured."""


class UnstableError(RunError):
    """Something that did not become steady in time; trying again at once is of no use."""


class SuspendedError(RunError):
    """A reading that does not count because of what the cryostat does; it can be taken again when that is over."""


class LostError(RunError):
    """A box that no longer answers, or is not the one it was; the station must be opened anew."""


class StuckError(LostError):
    """A box that has answered the same for so long that it measures nothing; the readings it gave are suspect.

    Parameters
    ----------
    message
        As ever.
    first
        Index of the first reading that is suspect.
    """

    def __init__(self, message: str, first: int) -> None:
        super().__init__(message, first)  # so that it passes between processes
        self.first = first

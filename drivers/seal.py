"""Seal the line to a box, so that only its guards can move it, and let one thread at a time talk on it."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from qcodes.extensions.infer import InferError, get_root_parameter
from qcodes.instrument import VisaInstrument
from qcodes.parameters import Parameter, ParameterBase

from valvelab.errors import LimitError, RunError

_UNIT = re.compile(r"""(?:"[^"\r\n]*"|'[^'\r\n]*'|[^;\r\n"'])+""")
_ASKS = re.compile(r"[*:]?[a-z][\w:]*\?", re.IGNORECASE)
# Self tests, calibrations and the MEASure queries of source-meters answer, but set up the box first.
_ACTS = re.compile(r":?(\*tst|\*cal|cal\w*(:\w+)*|meas\w*(:\w+)+)\?", re.IGNORECASE)
_PRINTS = re.compile(r"print\([\w.\[\], ]*(\.measure\.[a-z]+\(\))?\)")
_RELAYS = re.compile(r"""sndt\s*\w+\s*,\s*(["'])(.*)\1""", re.IGNORECASE)
# The Yokogawa 7651: output data, panel settings and status.
_OUTPUTS = re.compile(r"O[DSC]", re.IGNORECASE)
_MESSAGES = ("write", "write_raw", "query", "query_ascii_values", "query_binary_values")


def is_query(message: str) -> bool:
    """Tell whether a message only asks.

    Parameters
    ----------
    message
        SCPI; or ``print(...)`` of variables in the TSP of Keithley 2600 boxes; or a query that the mainframe SIM900
        hands on to a module with ``SNDT``; or what a Yokogawa 7651 is asked. Whatever is not understood is no query.

    Examples
    --------
    >>> is_query(":SOUR:LEV?;*ESR?"), is_query(":SOUR:LEV 1e-3;:SOUR:LEV?")
    (True, False)
    """
    return all(_only_asks(unit.strip()) for unit in _UNIT.findall(message) if unit.strip())


def _only_asks(unit: str) -> bool:
    relayed = _RELAYS.fullmatch(unit)
    if relayed:
        return is_query(relayed[2])
    if _OUTPUTS.fullmatch(unit):
        return True
    return bool(_PRINTS.fullmatch(unit) or _ASKS.match(unit)) and not _ACTS.match(unit)


def seal(source: ParameterBase, guard: str) -> "Seal":
    """Seal the box behind a parameter, together with the other guards of the same box.

    Raises
    ------
    RunError
        If the parameter leads nowhere, or has a guard already.
    """
    try:
        root = get_root_parameter(cast(Parameter, source))
    except InferError as error:
        raise RunError(
            f"{guard}: must guard a parameter that leads to a box, found {error.args[0]}; give it a source"
        ) from error
    box: Any = root if root.root_instrument is None else root.root_instrument
    with _registry:
        made = _seals.setdefault(id(box), Seal(box))
        made.admit(root, guard)
        return made


_registry = threading.RLock()
_seals: "dict[int, Seal]" = {}


class Seal:
    """The closed line of one box; what its guards share.

    A VISA box is sealed at its VISA resource, through which every driver must write; of another box each guarded
    parameter is sealed. Queries stay free. Whoever opens a second connection, or turns the knob, is not seen: that is
    why a guard reads before it moves.

    Parameters
    ----------
    box
        The instrument at the root, or the parameter itself where it has none.

    Attributes
    ----------
    lock
        Held while the box is read or moved; the thread that holds it may take it again.
    """

    def __init__(self, box: Any) -> None:
        self.lock = threading.RLock()
        self._box = box
        self._guards: dict[ParameterBase, str] = {}
        self._overrides: list[tuple[ParameterBase | None, Any, str, Any, Any]] = []
        self._opened_by: int | None = None

    def admit(self, root: ParameterBase, guard: str) -> None:
        """Let a guard move a parameter, and nobody else."""
        if root in self._guards:
            raise RunError(
                f"{guard}: must be the only guard of {root.full_name}, found {self._guards[root]}; close that first"
            )
        if not isinstance(self._box, VisaInstrument):
            for name in ("set", "set_raw"):
                self._override(root, root, name, lambda *_: False)
            self._override(root, root, "get", lambda *_: True)
        elif not self._guards:
            self._override(None, self._box, "ask_raw", _asks)
            self._override(None, self._box, "set_address", lambda *_: False)
            for name in _MESSAGES:
                self._override(None, self._box.visa_handle, name, _asks)
            self._override(None, self._box.visa_handle, "assert_trigger", lambda *_: False)
        self._guards[root] = guard

    def release(self, guard: str) -> None:
        """Let a guard go; the last one opens the line again."""
        with _registry:
            root = next((root for root, name in self._guards.items() if name == guard), None)
            if root is None:
                return
            del self._guards[root]
            for entry in list(self._overrides):
                owner, target, name, before, gate = entry
                if owner is root or not self._guards:
                    self._overrides.remove(entry)
                    if (
                        vars(target).get(name) is gate
                    ):  # else somebody has wrapped it since; it lets through now
                        delattr(target, name) if before is None else setattr(target, name, before)
            if not self._guards:
                _seals.pop(id(self._box), None)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open the line for this thread."""
        with self.lock:
            before, self._opened_by = self._opened_by, threading.get_ident()
            try:
                yield
            finally:
                self._opened_by = before

    def _override(
        self, owner: ParameterBase | None, target: Any, name: str, harmless: Callable[..., bool]
    ) -> None:
        original = getattr(target, name, None)
        if original is None:
            return

        @wraps(original)
        def gate(*args: Any, **kwargs: Any) -> Any:
            guarded = owner in self._guards if owner is not None else bool(self._guards)
            if guarded and self._opened_by != threading.get_ident() and not harmless(*args, *kwargs.values()):
                what = repr(args[0]) if args else name
                raise LimitError(
                    f"{getattr(self._box, 'full_name', name)}: must be moved by its guard alone "
                    f"({', '.join(self._guards.values())}), found {what} sent past it; use the guard, or close it"
                )
            with self.lock:
                return original(*args, **kwargs)

        self._overrides.append((owner, target, name, vars(target).get(name), gate))
        setattr(target, name, gate)


def _asks(message: Any = "", *_: Any) -> bool:
    return is_query(message.decode("latin-1") if isinstance(message, bytes | bytearray) else str(message))

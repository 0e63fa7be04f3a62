"""What may go wrong in a cryostat: one fault as it stands in a file or is given in a call."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from valvelab.configuration import Section
from valvelab.mistakes import PlacedError
from valvelab.quantities import Flux, PositiveTemperature, Quantity, SourceVoltage
from valvelab.wording import nearest, one_of

Moment = Annotated[float, Quantity("time", "0 s", "100000 h")]
Mean = Annotated[float, Quantity("rate", "1e-9 1/s", "1e3 1/s", "mean rate")]
Probability = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Kind(NamedTuple):
    """What a kind of fault needs and may have, and whether messages or the time bring it about."""

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    by_message: bool = True
    by_time: bool = False


KINDS: Mapping[str, Kind] = {
    "no_reply": Kind(),
    "late_reply": Kind(("delay",)),
    "half_line": Kind((), ("delay",)),
    "garbage": Kind(),
    "nan": Kind(),
    "overflow": Kind(),
    "stuck": Kind(),
    "slow": Kind(("delay",)),
    "disconnect": Kind(),
    "wrong_identity": Kind((), ("identity",)),
    "front_panel": Kind(("command",), by_time=True),
    "broken_thermometer": Kind(("voltage",), by_message=False, by_time=True),
    "flux_jump": Kind(("flux",), by_message=False, by_time=True),
    "warm_up": Kind(("temperature",), by_message=False, by_time=True),
}
ONLY_OF_LINES = ("nan", "overflow", "stuck", "wrong_identity")
"""Faults of a box that answers with lines, fields and an identity, and not with JSON."""
_COMMON = ("kind", "at", "start", "lasting", "times")
_BY_MESSAGE = ("containing", "first", "probability")


class Fault(Section):
    """One fault: what, where, when, how often and for how long.

    ``at`` is the address of a box or the wire that it is at. A fault of a line acts from ``start``, or at once, as
    long as ``lasting``: of the messages ``containing`` a text it hits those from the ``first``-th on, each with
    ``probability``, and no more than ``times`` of them. A fault of the box or of the cold world happens at ``start``
    or, with a mean ``rate``, at random after it; what it does is undone after ``lasting``.
    """

    kind: str
    at: str | None = None
    start: Moment | None = None
    lasting: Moment | None = None
    times: Count | None = None
    containing: str | None = None
    first: Count | None = None
    probability: Probability | None = None
    rate: Mean | None = None
    delay: Moment | None = None
    identity: str | None = None
    command: str | None = None
    voltage: SourceVoltage | None = None
    flux: Flux | None = None
    temperature: PositiveTemperature | None = None

    @property
    def is_timed(self) -> bool:
        """Whether it happens at a time and not with a message."""
        kind = KINDS[self.kind]
        asked = any(getattr(self, key) is not None for key in _BY_MESSAGE)
        return kind.by_time and not (kind.by_message and asked)

    @field_validator("kind")
    @classmethod
    def _is_known(cls, kind: str) -> str:
        if kind not in KINDS:
            meant = nearest(kind, KINDS)
            cure = f"; did you mean {meant!r}?" if meant else ""
            raise ValueError(f"must be {one_of(KINDS)}, found {kind!r}{cure}")
        return kind

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        kind = KINDS[self.kind]
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        for key in kind.needs + (("at",) if self.kind != "warm_up" else ()):
            if key not in given:
                raise PlacedError((key,), f"is missing, a {self.kind} needs it; add it")
        timing = (_BY_MESSAGE if kind.by_message else ()) + (("rate",) if kind.by_time else ())
        known = _COMMON + kind.needs + kind.takes + timing
        for key in given:
            if key not in known:
                raise PlacedError((key,), f"is no key of a {self.kind}, which takes {', '.join(known)}")
        if self.rate is not None and not self.is_timed:
            raise PlacedError(("rate",), "must not stand beside what chooses messages; leave one of them out")
        return self

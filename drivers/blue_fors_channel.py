"""One thermometer of a Bluefors temperature controller; a measurement that is old is none."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from qcodes.instrument import InstrumentChannel
from qcodes.parameters import Parameter
from qcodes.validators import Bool

from valvelab.errors import RunError

if TYPE_CHECKING:
    from .blue_fors import BlueFors

_TUNES = 901
"""Status flag of a channel that has adjusted its excitation: its reading is good."""


class BlueForsChannel(InstrumentChannel["BlueFors"]):
    """One thermometer of the controller.

    Parameters
    ----------
    parent
        The controller.
    name
        Name of this channel.
    number
        Its number, 1 to 12.
    """

    def __init__(self, parent: "BlueFors", name: str, number: int, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._number = number
        self.title: Parameter = self.add_parameter(
            "title",
            get_cmd=lambda: str(self._told()["name"]),
            docstring="Get the name that the thermometer has at the controller.",
        )
        self.active: Parameter = self.add_parameter(
            "active",
            get_cmd=lambda: bool(self._told()["active"]),
            set_cmd=lambda on: parent.request("/channel/update", channel_nr=number, active=on),
            vals=Bool(),
            docstring="Control whether the controller measures this channel.",
        )
        self.temperature: Parameter = self.add_parameter(
            "temperature",
            label=name,
            unit="K",
            get_cmd=lambda: self._latest("temperature"),
            snapshot_get=False,
            docstring="Measure the temperature [K], no older than the controller's `maximum_age`.",
        )
        self.resistance: Parameter = self.add_parameter(
            "resistance",
            label=f"{name} sensor",
            unit="Ohm",
            get_cmd=lambda: self._latest("resistance"),
            snapshot_get=False,
            docstring="Measure the resistance of the sensor [Ohm], no older than the controller's `maximum_age`.",
        )

    def _told(self) -> Mapping[str, Any]:
        return self.parent.request("/channel", channel_nr=self._number)

    def _latest(self, field: str) -> float:
        """Return the last measurement; the controller scans, so it may be old, and it keeps old ones for years."""
        told = self._told()
        if not told.get("active"):
            raise RunError(
                f"{self.full_name}: must be switched on at the controller, found it off; set its active to true"
            )
        oldest = self.parent.maximum_age
        # By the clock of the controller, which nobody may have set.
        now = _moment(told.get("datetime"))
        history = self.parent.request(
            "/channel/historical-data",
            channel_nr=self._number,
            start_time=_written(now - timedelta(seconds=oldest)),
            stop_time=_written(now + timedelta(seconds=60)),
            fields=["timestamp", field, "status_flags"],
        )
        measured = history.get("measurements") or {}
        stamps = measured.get("timestamp") or []
        ages = [now.timestamp() - stamp for stamp in stamps if isinstance(stamp, int | float)]
        age = min(ages, default=math.inf)
        if age > oldest or len(ages) != len(stamps):
            found = "none" if math.isinf(age) else f"one {age:.0f} s old"
            raise RunError(
                f"{self.full_name}: must have a measurement of the last {oldest:g} s, found {found}; check that the "
                "controller scans, or raise maximum_age above the time of a scan"
            )
        place = ages.index(age)
        value, flags = measured[field][place], (measured.get("status_flags") or [[]] * len(stamps))[place]
        bad = [flag for flag in flags or [] if flag != _TUNES]
        if bad or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
            why = f", status {', '.join(map(str, bad))}" if bad else ""
            raise RunError(
                f"{self.full_name}: must read a {field} above 0 within the range of its sensor, found {value}{why}; "
                "check sensor and excitation"
            )
        return float(value)


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        raise RunError(
            f"must be told the time of the controller, found {text!r}; update the controller"
        ) from None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""The Bluefors temperature controller, by the HTTP interface of its maker.

Requests and replies are those of the API reference for the Bluefors Temperature Controller, API version 1, which
listens on port 5001 without a key. The control software of later cryostats has an interface of its own, on other ports.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from qcodes.instrument import Instrument, InstrumentChannel
from qcodes.parameters import Parameter
from qcodes.validators import Bool, Numbers

from valvelab.errors import RunError, StationError

from .json_over_http import JsonOverHttp

_CHANNELS, _HEATERS = range(1, 13), range(1, 5)
_TUNES = 901
"""Status flag of a channel that has adjusted its excitation: its reading is good."""
_MODES = {"manual": 0, "closed_loop": 1}


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


class BlueForsHeater(InstrumentChannel["BlueFors"]):
    """One heater of the controller.

    Parameters
    ----------
    parent
        The controller.
    name
        Name of this heater.
    number
        Its number, 1 to 4.
    """

    def __init__(self, parent: "BlueFors", name: str, number: int, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._number = number
        self.title: Parameter = self.add_parameter(
            "title",
            get_cmd=lambda: str(self._get("name")),
            docstring="Get the name that the heater has at the controller.",
        )
        self.active: Parameter = self._add("active", vals=Bool(), doc="Control whether the heater is on.")
        self.mode: Parameter = self._add(
            "mode",
            "pid_mode",
            val_mapping=_MODES,
            doc="Control whether the heater gives its `power` (manual) or regulates to its `set_point` (closed_loop).",
        )
        self.set_point: Parameter = self._add(
            "set_point", "setpoint", unit="K", vals=Numbers(0, 1000), doc="Control the set point [K]."
        )
        self.power: Parameter = self._add(
            "power", unit="W", vals=Numbers(0, 1), doc="Control the power in manual mode [W]."
        )
        self.maximum_power: Parameter = self._add(
            "maximum_power",
            "max_power",
            unit="W",
            vals=Numbers(0, 1),
            doc="Control the power that the controller never exceeds [W].",
        )

    def _add(self, name: str, key: str | None = None, *, doc: str, **arguments: Any) -> Parameter:
        key = key or name
        return self.add_parameter(
            name,
            get_cmd=lambda: self._get(key),
            set_cmd=lambda value: self._set(key, value),
            docstring=doc,
            **arguments,
        )

    def _get(self, key: str) -> Any:
        told = self.parent.request("/heater", heater_nr=self._number)
        if key not in told:
            raise RunError(
                f"{self.full_name}: must tell its {key}, found a reply without it; update the controller"
            )
        return told[key]

    def _set(self, key: str, value: Any) -> None:
        self.parent.request("/heater/update", heater_nr=self._number, **{key: value})
        found = self._get(key)
        if found != value:
            raise RunError(
                f"{self.full_name}: must have taken {key} = {value}, the controller tells {found}; check its limits"
            )


class BlueFors(Instrument):
    """Read thermometers and control heaters of a Bluefors cryostat.

    Parameters
    ----------
    name
        Name of this instrument.
    address
        URL of the controller, such as ``http://192.168.150.41:5001``.
    visalib
        Where PyVISA finds a simulated cryostat, such as ``@valve``, for the controller in it; else of no account.
    timeout
        How long to wait for a reply [s].
    maximum_age
        Oldest measurement that is taken for the present one [s]; longer than the controller's scan.
    kwargs
        What every QCoDeS instrument takes.

    Raises
    ------
    StationError
        If no such controller answers.
    """

    def __init__(
        self,
        name: str,
        address: str,
        *,
        visalib: str | None = None,
        timeout: float = 5.0,
        maximum_age: float = 120.0,
        **kwargs: Any,
    ) -> None:
        self._http = JsonOverHttp(name, address, visalib=visalib, timeout=timeout)
        self.resource_manager = self._http.resource_manager
        self.maximum_age = maximum_age
        super().__init__(name, **kwargs)
        for number in _CHANNELS:
            self.add_submodule(f"ch{number:02d}", BlueForsChannel(self, f"ch{number:02d}", number))
        for number in _HEATERS:
            self.add_submodule(f"heater_{number}", BlueForsHeater(self, f"heater_{number}", number))
        self.connect_message()

    def request(self, path: str, **payload: Any) -> Mapping[str, Any]:
        """Send a request, and return what the controller tells.

        Parameters
        ----------
        path
            The endpoint, such as ``/heater``.
        payload
            The fields of the request; without any it is a GET.

        Raises
        ------
        RunError
            If the controller does not answer, answers nonsense, or refuses.
        """
        reply = self._http.request(path, payload)
        if reply.get("status") == "OK":
            return reply
        told = reply.get("error")
        reason = told.get("message") if isinstance(told, dict) else reply
        raise RunError(f"{self.name}: must take {path} {payload}, the controller refuses: {reason}")

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity that the controller tells."""
        told = self.request("/system")
        if told.get("type") != "Bluefors TC":
            raise StationError(
                f"{self.name}: must be a Bluefors temperature controller, found {told.get('type')!r} at "
                f"{self._http.address}; correct the address"
            )
        serial, firmware = (str(told.get(key) or "") or None for key in ("serial", "software_version"))
        return {"vendor": "Bluefors", "model": "TC", "serial": serial, "firmware": firmware}

    def named(self, title: str) -> BlueForsChannel | BlueForsHeater:
        """Return the thermometer or heater that has a name at the controller, such as "mxc" or "still".

        Raises
        ------
        RunError
            If none has it, or several have.
        """
        parts = [
            part for part in self.submodules.values() if isinstance(part, BlueForsChannel | BlueForsHeater)
        ]
        titles = [part.title() for part in parts]
        found = [part for part, other in zip(parts, titles, strict=True) if other == title]
        if len(found) != 1:
            known = ", ".join(repr(other) for other in titles if other)
            raise RunError(f"{self.name}: must have one thermometer or heater named {title!r}, found {known}")
        return found[0]


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        raise RunError(
            f"must be told the time of the controller, found {text!r}; update the controller"
        ) from None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

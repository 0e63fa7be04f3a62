"""The Bluefors temperature controller: a path and JSON in, JSON out.

Paths, fields and limits are those of the maker's API reference for the controller (API version 1, HTTP, port 5001).
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from .world import World

_SCAN = 10.0
"""Time between two measurements of a channel [s]."""
_KEPT = 1000
"""Measurements that are remembered; the real controller has a disk."""
_HEATER = 4
"""The heater at the mixing chamber."""
_NAMES = {1: "50K", 2: "4K", 5: "still"}
_CHANNEL_FIELDS = {"active": (False, True), "name": None}
_HEATER_FIELDS: Mapping[str, tuple[float, float] | None] = {
    "active": (False, True),
    "name": None,
    "pid_mode": (0, 1),
    "resistance": (0, 1000),
    "power": (0, 1),
    "max_power": (0, 1),
    "target_temperature": (0, 1000),
    "setpoint": (0, 1000),
    "control_algorithm_settings": None,
}
"""What can be written, between which limits."""


class Refused(Exception):  # noqa: N818 - the request is wrong, not the program
    """A request that the controller answers with an error."""


class BlueFors:
    """The controller of the mixing chamber.

    It scans one channel, that of the mixing chamber, and measures it when it is asked and the last measurement is
    older than a scan. Heater 4, active and in PID mode, makes the mixing chamber head for its set point as far as its
    maximum power allows; active and in manual mode it heats with its power.

    Parameters
    ----------
    world
        Where the mixing chamber is.
    """

    terminator = ""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stage = world.mixing_chamber
        self._channels = {number: _channel(number) for number in range(1, 13)}
        self._channels[self._stage.channel] |= {"active": True, "name": "mxc", "coupled_heater_nr": _HEATER}
        self._heaters = {number: _heater(number) for number in range(1, 5)}
        self._measured: list[dict[str, float]] = []
        self._paths: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "/system": lambda _: _SYSTEM,
            "/channels": lambda _: {"data": list(self._channels.values())},
            "/channel": lambda asked: _one_of(self._channels, asked, "channel_nr"),
            "/channel/update": self._update_channel,
            "/channel/measurement/latest": lambda _: self._latest(),
            "/channel/historical-data": self._history,
            "/heaters": lambda _: {"data": list(self._heaters.values())},
            "/heater": lambda asked: _one_of(self._heaters, asked, "heater_nr"),
            "/heater/update": self._update_heater,
        }

    def receive(self, message: str) -> str:
        """Answer a request, its path and its JSON with a space between them."""
        path, _, body = message.partition(" ")
        answer: dict[str, Any] = {
            "datetime": f"{self._world.clock.utc():%Y-%m-%dT%H:%M:%S.%fZ}",
            "status": "OK",
        }
        try:
            asked = json.loads(body) if body.strip() else {}
            if path not in self._paths or not isinstance(asked, dict):
                raise Refused("Unknown endpoint or payload.")
            answer |= self._paths[path](asked)
        except Refused as error:
            answer |= {"status": "ERROR", "error": {"code": 123, "message": str(error)}}
        except json.JSONDecodeError:
            answer |= {"status": "ERROR", "error": {"code": 123, "message": "Wrong JSON."}}
        return json.dumps(answer)

    def interrupt(self) -> None:
        """Do nothing: every request has an answer of its own."""

    def clear(self) -> None:
        """Do nothing: HTTP has no bus."""

    def _update_channel(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = _one_of(self._channels, asked, "channel_nr")
        return _update(channel, asked, _CHANNEL_FIELDS)

    def _update_heater(self, asked: dict[str, Any]) -> dict[str, Any]:
        heater = _update(_one_of(self._heaters, asked, "heater_nr"), asked, _HEATER_FIELDS)
        if heater["heater_nr"] == _HEATER:
            self._control(heater)
        return heater

    def _control(self, heater: dict[str, Any]) -> None:
        if not heater["active"]:
            self._stage.head_for(0.0)
        elif heater["pid_mode"]:
            self._stage.head_for(min(heater["setpoint"], self._stage.held_by(heater["max_power"])))
        else:
            self._stage.head_for(self._stage.held_by(min(heater["power"], heater["max_power"])))

    def _measure(self) -> list[dict[str, float]]:
        if self._channels[self._stage.channel]["active"]:
            now = self._world.clock.utc().timestamp()
            if not self._measured or now - self._measured[-1]["timestamp"] >= _SCAN:
                read = {"temperature": self._world.temperature_reading(), "timestamp": now}
                self._measured = [*self._measured, read | {"resistance": self._world.sensor_resistance()}][
                    -_KEPT:
                ]
        return self._measured

    def _latest(self) -> dict[str, Any]:
        measured = self._measure()
        if not measured:
            raise Refused("No data.")
        return {"channel_nr": self._stage.channel, "status_flags": [], **measured[-1]}

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = _one_of(self._channels, asked, "channel_nr")
        begin, end = (_moment(asked.get(key)) for key in ("start_time", "stop_time"))
        fields = asked.get("fields")
        if not isinstance(fields, list):
            raise Refused("Wrong parameters provided.")
        told = self._measure() if channel["channel_nr"] == self._stage.channel else []
        rows: list[dict[str, Any]] = [
            {**row, "status_flags": []} for row in told if begin <= row["timestamp"] <= end
        ]
        return {
            "channel_nr": channel["channel_nr"],
            "over_limit": False,
            "fields": fields,
            "measurements": {field: [row.get(field) for row in rows] for field in fields},
        }


_SYSTEM = {
    "api_version": 1,
    "type": "Bluefors TC",
    "serial": "BFTC-0001",
    "label": "simulated",
    "addinfo": "",
    "software_version": "2.2.0",
}


def _channel(number: int) -> dict[str, Any]:
    return {"channel_nr": number, "active": False, "name": _NAMES.get(number, ""), "coupled_heater_nr": 0}


def _heater(number: int) -> dict[str, Any]:
    return {
        "heater_nr": number,
        "name": "mxc-heater" if number == _HEATER else "",
        "active": False,
        "pid_mode": 0,
        "resistance": 120.0,
        "power": 0.0,
        "max_power": 0.01,
        "target_temperature": 0.0,
        "control_algorithm": 1,
        "control_algorithm_settings": {"proportional": 0.01, "integral": 250.0, "derivative": 0.0},
        "setpoint": 0.0,
        "relay_mode": 1,
        "relay_status": 1,
    }


def _one_of(known: Mapping[int, dict[str, Any]], asked: dict[str, Any], key: str) -> dict[str, Any]:
    number = asked.get(key)
    if not isinstance(number, int) or number not in known:
        raise Refused("Wrong parameters provided.")
    return known[number]


def _update(entry: dict[str, Any], asked: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Write what is asked, all of it or nothing."""
    new = {}
    for key, value in asked.items():
        limits = fields.get(key)
        if limits is not None and not (isinstance(value, int | float) and limits[0] <= value <= limits[1]):
            raise Refused(f"Value of {key} is out of range.")
        if key in fields:
            new[key] = entry[key] | value if isinstance(value, dict) else value
    entry.update(new)
    return entry


def _moment(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refused("Wrong parameters provided.") from None

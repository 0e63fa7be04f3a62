"""The control software of a Bluefors cryostat: a tree of values, read by HTTP.

Paths and fields are those of the remote access control API, generation 1, HTTP on port 49099.
"""

import json
import re
from typing import Any

from .world import World

_SCAN = 10.0
"""Time between two values of a thermometer [s]."""
_MIXING_CHAMBER = "mapper.bf.temperatures.tmixing"
_OTHERS = ("mapper.bf.temperatures.t50k", "mapper.bf.temperatures.t4k", "mapper.bf.temperatures.tstill")


class BlueForsSoftware:
    """The control software beside the mixing chamber.

    It takes a new value when it is asked and the last one is older than a scan. The other stages have thermometers
    that are not connected. Any key will do.

    Parameters
    ----------
    world
        Where the mixing chamber is.
    """

    terminator = ""

    def __init__(self, world: World) -> None:
        self._world = world
        self._last: tuple[float, float] | None = None

    def receive(self, message: str) -> str:
        """Answer a request, its path and its JSON with a space between them."""
        path = message.partition(" ")[0].partition("?")[0].strip("/")
        target = re.sub("^values[.]", "", path.replace("/", "."))
        if path == "system":
            return json.dumps({"data": {"system_name": "simulated", "system_version": "2.3.0"}})
        if target == _MIXING_CHAMBER:
            return json.dumps(_told(target, *self._measure()))
        if target in _OTHERS:
            return json.dumps(_told(target, 0.0, None))
        return json.dumps({"error": {"name": "NOT_FOUND", "description": f"No node '{target}'."}})

    def interrupt(self) -> None:
        """Do nothing: every request has an answer of its own."""

    def clear(self) -> None:
        """Do nothing: HTTP has no bus."""

    def _measure(self) -> tuple[float, float]:
        now = self._world.clock.utc().timestamp()
        if self._last is None or now - self._last[0] >= _SCAN:
            self._last = now, self._world.temperature_reading()
        return self._last


def _told(target: str, time: float, value: float | None) -> dict[str, Any]:
    sample = {
        "value": "" if value is None else repr(value),
        "outdated": False,
        "date": round(time * 1000),
        "status": "DISCONNECTED" if value is None else "SYNCHRONIZED",
        "exception": "",
    }
    content = {"latest_value": sample, "latest_valid_value": sample}
    return {
        "data": {
            target: {"name": target.rpartition(".")[2], "type": "Value.Number.Float", "content": content}
        }
    }

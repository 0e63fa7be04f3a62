"""The thermometers of a Bluefors cryostat, by the control software on its computer.

Where the control software owns the thermometer bridge, this is the way to it. Requests and replies are those of the
remote access control API, generation 1: HTTP on port 49099, HTTPS on port 49098, a key that is made in the settings.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter

from valvelab.errors import RunError

from .json_over_http import JsonOverHttp

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "stage_50K": "mapper.bf.temperatures.t50k",
        "stage_4K": "mapper.bf.temperatures.t4k",
        "still": "mapper.bf.temperatures.tstill",
        "mixing_chamber": "mapper.bf.temperatures.tmixing",
    }
)
"""Where the control software keeps the temperatures of the stages, unless its mappers were changed."""
_GOOD = ("SYNCHRONIZED", "INDEPENDENT")


class BlueForsSoftware(Instrument):
    """Read the temperatures that the control software of a Bluefors cryostat has; it never changes anything.

    Parameters
    ----------
    name
        Name of this instrument.
    address
        URL of the computer, such as ``http://192.168.150.40:49099``.
    key
        Key with the right to read.
    certificate
        File with the certificate of an ``https`` address; those that the system trusts by default.
    stages
        Paths of the temperatures by the names that their parameters get.
    visalib
        Where PyVISA finds a simulated cryostat, such as ``@valve``, for the software in it; else of no account.
    timeout
        How long to wait for a reply [s].
    maximum_age
        Oldest value that is taken for the present one [s]; both computers must know the time as well as that.
    kwargs
        What every QCoDeS instrument takes.

    Raises
    ------
    StationError
        If `address` is no URL.
    RunError
        If no control software answers.
    """

    def __init__(
        self,
        name: str,
        address: str,
        *,
        key: str = "",
        certificate: Path | None = None,
        stages: Mapping[str, str] = STAGES,
        visalib: str | None = None,
        timeout: float = 5.0,
        maximum_age: float = 120.0,
        **kwargs: Any,
    ) -> None:
        self._http = JsonOverHttp(name, address, visalib=visalib, timeout=timeout, certificate=certificate)
        self._query = f"?{urlencode({'key': key})}" if key else ""
        self.address = self._http.address
        self.resource_manager = self._http.resource_manager
        self.maximum_age = maximum_age
        super().__init__(name, **kwargs)
        for stage, path in stages.items():
            self.add_parameter(
                stage,
                parameter_class=Parameter,
                label=stage.replace("_", " "),
                unit="K",
                get_cmd=lambda stage=stage, path=path: self._temperature(stage, path),
                snapshot_get=False,
                docstring=f"Measure the temperature {path} [K], no older than `maximum_age`.",
            )
        self.connect_message()

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity that the control software tells."""
        told = self._ask("/system")
        name, version = (str(told.get(key) or "") or None for key in ("system_name", "system_version"))
        return {"vendor": "Bluefors", "model": "control software", "serial": name, "firmware": version}

    def _temperature(self, stage: str, path: str) -> float:
        """Return the last value; the software repeats it for ever where a thermometer falls silent."""
        node = self._ask(f"/values/{path.replace('.', '/')}/").get(path)
        sample = node.get("content", {}).get("latest_value") if isinstance(node, dict) else None
        if not isinstance(sample, dict):
            raise RunError(f"{self.name}: must have a value at {path}, found none; check its mappers")
        status, date = sample.get("status"), sample.get("date")
        age = self._http.utc().timestamp() - date / 1000 if isinstance(date, int | float) else math.inf
        if status not in _GOOD or sample.get("outdated") is not False or abs(age) > self.maximum_age:
            raise RunError(
                f"{self.name}: {stage} must have a value of the last {self.maximum_age:g} s, found one {age:.0f} s "
                f"old, status {status}; check that the cryostat scans and that both computers know the time"
            )
        try:
            value = float(sample.get("value") or "nan")
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value <= 0:
            raise RunError(
                f"{self.name}: {stage} must read a temperature above 0 K, found {sample.get('value')!r}; check the "
                "sensor"
            )
        return value

    def _ask(self, path: str) -> Mapping[str, Any]:
        reply = self._http.request(path, query=self._query)
        data = reply.get("data")
        if "error" in reply or not isinstance(data, dict):
            told = reply.get("error")
            reason = told.get("description") if isinstance(told, dict) else "a reply without data"
            raise RunError(
                f"{self.name}: must be told {path}, the control software refuses: {reason}; check the key and its "
                "rights"
            )
        return data

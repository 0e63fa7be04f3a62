"""The mixing chamber behind a Lakeshore 372: read its temperature and ask for another."""

import math
from typing import TYPE_CHECKING, Any

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter

from valvelab.errors import LimitError, RunError

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372


class MixingChamber(Instrument):
    """Control the bath temperature with the sample heater of a Lakeshore 372 in closed loop.

    Parameters
    ----------
    name
        Name of this instrument.
    bridge
        The unmodified QCoDeS driver.
    channel
        Input channel of the mixing-chamber sensor, 1 to 16.
    heater_range
        Range of the sample heater, as the driver names it, for example ``"10mA"``.
    window
        Lowest and highest set point [K].
    """

    def __init__(
        self,
        name: str,
        bridge: "LakeshoreModel372",
        *,
        channel: int,
        heater_range: str,
        window: tuple[float, float],
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._sensor = bridge.submodules[f"ch{channel:02d}"]
        self._output = bridge.sample_heater
        self._channel = channel
        self._heater_range = heater_range
        self._window = window
        self.temperature: Parameter = self.add_parameter(
            "temperature",
            label="mixing chamber",
            unit="K",
            get_cmd=self._read,
            docstring="Measure the temperature of the mixing chamber [K].",
        )
        self.set_point: Parameter = self.add_parameter(
            "set_point",
            label="bath temperature asked for",
            unit="K",
            get_cmd=lambda: float(self._output.setpoint()),
            set_cmd=self._regulate,
            docstring=f"Control the bath temperature [K], {window[0]:g} to {window[1]:g}.",
        )

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the bridge has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def _read(self) -> float:
        value = float(self._sensor.parameters["temperature"]())
        if not math.isfinite(value) or value <= 0:
            raise RunError(
                f"{self.name}: must read a temperature above 0 K, found {value:g}; check the sensor"
            )
        return value

    def _regulate(self, temperature: float) -> None:
        low, high = self._window
        if isinstance(temperature, bool) or not low <= temperature <= high:
            raise LimitError(
                f"{self.name}: set point must lie between {low:g} and {high:g} K (the limits in the station "
                f"file), found {temperature!r}"
            )
        self._output.setpoint(temperature)
        self._output.input_channel(self._channel)
        self._output.mode("closed_loop")
        self._output.output_range(self._heater_range)

"""A SINIS thermometer at the wire: a current-biased junction pair whose voltage a multimeter reads."""

import math
from typing import TYPE_CHECKING, Any

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter

from valvelab.errors import RunError

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Keysight.private.Keysight_344xxA_submodules import Keysight344xxA


class SinisThermometer(Instrument):
    """Read the voltage of a SINIS pair with a Keysight 344xxA multimeter.

    Temperatures are made from voltages offline, with the calibration that the device file holds, so that a
    better calibration can be applied to an old run.

    Parameters
    ----------
    name
        Name of this instrument.
    voltmeter
        The unmodified QCoDeS driver.
    power_line_cycles
        Integration time [power line cycles]; one of the values that the multimeter offers.
    input_range
        Voltage range of the multimeter [V].
    """

    def __init__(
        self,
        name: str,
        voltmeter: "Keysight344xxA",
        *,
        power_line_cycles: float,
        input_range: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._voltmeter = voltmeter
        self._input_range = input_range
        voltmeter.range(input_range)
        voltmeter.NPLC(power_line_cycles)
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            label=name.replace("_", " "),
            unit="V",
            get_cmd=self._read,
            snapshot_get=False,
            docstring=f"Measure the voltage across the junction pair [V], up to {input_range:g}.",
        )

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the multimeter has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def _read(self) -> float:
        value = float(self._voltmeter.volt())
        # An overloaded 344xxA answers 9.9E37, which is a number.
        if not math.isfinite(value) or abs(value) > 1.2 * self._input_range:
            raise RunError(
                f"{self.name}: must read at most {self._input_range:g} V, found {value:g}; the input is "
                "overloaded or open"
            )
        return value

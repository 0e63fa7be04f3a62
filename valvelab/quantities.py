"""Quantities in files: what each may be, so that a wrong prefix is refused where it stands.

The bounds are generous for any experiment of this kind, and narrow enough that ``eV`` for ``ueV`` or ``K`` for ``mK``
does not pass in silence.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from valvelab.units import format_quantity, parse_quantity


@dataclass(frozen=True)
class Quantity:
    """Read a field of a `Section` with its unit, within bounds, and write it with its unit.

    Parameters
    ----------
    dimension
        A key of `valvelab.units.UNITS`.
    low, high
        Smallest and largest value allowed, as one writes them.
    noun
        What it is, for messages; the dimension by default.
    """

    dimension: str
    low: str | None = None
    high: str | None = None
    noun: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value, in SI units."""
        low, high = (bound and parse_quantity(bound, self.dimension) for bound in (self.low, self.high))
        return (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Tell pydantic to read the text before it looks for a number."""
        minimum, maximum = self.bounds

        def read(text: object) -> float:
            return parse_quantity(text, self.dimension, self.noun, minimum=minimum, maximum=maximum)

        def write(value: float) -> str:
            return format_quantity(value, self.dimension)

        return core_schema.no_info_before_validator_function(
            read,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(write, when_used="json"),
        )


Frequency = Annotated[float, Quantity("frequency", "10 MHz", "100 GHz")]
ChargingEnergy = Annotated[float, Quantity("frequency", "1 MHz", "10 GHz", "charging energy over h")]
Rate = Annotated[float, Quantity("rate", "0 1/s", "1e12 1/s")]
Temperature = Annotated[float, Quantity("temperature", "0 K", "10 K")]
PositiveTemperature = Annotated[float, Quantity("temperature", "0.1 mK", "10 K")]
Background = Annotated[float, Quantity("power", "0 W", "1 nW")]
HeaterPower = Annotated[float, Quantity("power", "1 nW", "1 W", "heater power")]
SourceCurrent = Annotated[float, Quantity("current", "-200 mA", "200 mA")]
BiasCurrent = Annotated[float, Quantity("current", "1 fA", "1 uA", "bias current")]
SourceVoltage = Annotated[float, Quantity("voltage", "-30 V", "30 V")]
MeterVoltage = Annotated[float, Quantity("voltage", "0 V", "1 kV")]
Noise = Annotated[float, Quantity("voltage", "0 V", "10 mV", "voltage noise")]
PointError = Annotated[
    float, Quantity("voltage", "0.001 nV", "10 mV", "standard error of a voltage, never 0,")
]
Resistance = Annotated[float, Quantity("resistance", "0.1 Ohm", "1 GOhm")]
ThermometerVoltage = Annotated[float, Quantity("voltage", "-10 mV", "10 mV", "thermometer voltage")]
OffsetError = Annotated[float, Quantity("voltage", "0 V", "10 mV", "error of the offset")]
OffsetVoltage = Annotated[float, Quantity("voltage", "-10 mV", "10 mV", "offset")]
Gap = Annotated[float, Quantity("energy", "10 ueV", "5 meV", "gap")]
Settling = Annotated[float, Quantity("time", "0 s", "100 h", "settling time")]
TimeConstant = Annotated[float, Quantity("time", "1 ms", "100 h", "time constant")]
Flux = Annotated[float, Quantity("flux", "-100 Phi0", "100 Phi0")]
FluxError = Annotated[float, Quantity("flux", "0 Phi0", "0.1 Phi0", "error of a flux")]
FluxPerCurrent = Annotated[float, Quantity("flux per current", "-100 Phi0/uA", "100 Phi0/uA")]
ElectronPhononCoupling = Annotated[float, Quantity("electron-phonon coupling", "1 fW/K^5", "1 mW/K^5")]
CurrentRampRate = Annotated[float, Quantity("current ramp rate", "0.01 pA/s", "1 A/s")]
VoltageRampRate = Annotated[float, Quantity("voltage ramp rate", "1 nV/s", "100 V/s")]
EventRate = Annotated[float, Quantity("rate", "0 1/s", "1 1/s", "rate of events")]
Phase = Annotated[float, Quantity("angle", "-180 deg", "180 deg", "phase")]
Exchange = Annotated[float, Quantity("frequency", "-1 GHz", "1 GHz", "exchange coupling")]
ThermalResistance = Annotated[float, Quantity("thermal resistance", "0 K/W", "1000 mK/pW")]
FluxChange = Annotated[float, Quantity("flux", "0 Phi0", "1 Phi0", "change of flux")]
FluxDrift = Annotated[float, Quantity("flux drift", "-0.1 Phi0/h", "0.1 Phi0/h")]
VoltageDrift = Annotated[float, Quantity("voltage drift", "-1 uV/h", "1 uV/h")]
GapError = Annotated[float, Quantity("energy", "0 ueV", "1 meV", "error of a gap")]
ResistanceError = Annotated[float, Quantity("resistance", "0 Ohm", "1 GOhm", "error of a resistance")]
TemperatureDistance = Annotated[float, Quantity("temperature", "1 uK", "1 K", "distance of a temperature")]
VoltageDistance = Annotated[float, Quantity("voltage", "0.01 nV", "10 mV", "distance of a voltage")]
FrequencyDistance = Annotated[float, Quantity("frequency", "100 kHz", "10 GHz", "span")]

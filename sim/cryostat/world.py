"""The cold world: its state and its laws. Nothing in here knows text."""

import math
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np

from valvelab.clock import Clock
from valvelab.errors import RunError
from valvelab.units import format_quantity

from ..junction import sinis_voltage
from .balance import island_temperatures
from .mixing_chamber import MixingStage
from .schema import Cryostat, Wire

LINE_FREQUENCY = 50.0
"""Frequency of the mains [Hz]."""
_SENSOR_RESISTANCE, _SENSOR_TEMPERATURE = 1e3, 3.0
"""Ruthenium oxide: resistance at high temperature [Ohm] and Mott's temperature [K]."""
_NOISE_CYCLES = 10.0
"""Power line cycles of the reading for which the noise of a voltmeter is given."""


class World:
    """Let currents and voltages act on the chip, and tell what thermometers show.

    The islands follow within microseconds, so they are always in balance; the mixing chamber takes its time.
    Noise is a pure function of seed, wire and time: the same steps give the same numbers, later ones are new.

    Parameters
    ----------
    cryostat
        What the world is made of.
    clock
        The time of the world.
    """

    def __init__(self, cryostat: Cryostat, clock: Clock) -> None:
        self.clock = clock
        self.mixing_chamber = MixingStage(cryostat.mixing_chamber, clock)
        self._cryostat = cryostat
        self._sources: dict[Wire, Callable[[], float]] = {}
        self._disturbances: dict[Wire, Callable[[float], float]] = {}
        # A measurement returns to the same few configurations over and over.
        self._voltages = lru_cache(maxsize=4096)(self._solve)

    def connect(self, wire: Wire, level: Callable[[], float]) -> None:
        """Connect a source that tells its present current [A] or voltage [V]; what is not connected is at 0."""
        self._sources[wire] = level

    def disturb(self, wire: Wire, disturbance: Callable[[float], float]) -> None:
        """Let something change what a wire carries [A or V]: what it would be goes in, what it is comes out."""
        self._disturbances[wire] = disturbance

    def voltage(self, wire: Wire) -> float:
        """Return the voltage across a thermometer [V]."""
        levels = (self._level("coil_1"), self._level("coil_2"), self._level("source_heater"))
        voltages: tuple[float, float] = self._voltages(*levels, self.mixing_chamber.temperature())
        return self._disturbed(wire, voltages[0 if wire == "source_thermometer" else 1])

    def voltage_reading(self, wire: Wire, power_line_cycles: float) -> float:
        """Return one noisy reading of the voltage across a thermometer [V]."""
        noise = self._cryostat.voltmeter_noise * math.sqrt(_NOISE_CYCLES / power_line_cycles)
        return self.voltage(wire) + noise * self._random(wire)

    def temperature_reading(self) -> float:
        """Return one noisy reading of the temperature of the mixing chamber [K]."""
        noise = self._cryostat.mixing_chamber.thermometer_noise
        return self.mixing_chamber.temperature() + noise * self._random("mixing_chamber")

    def sensor_resistance(self) -> float:
        """Return the resistance of the thermometer of the mixing chamber [Ohm] by Mott's law, noisy as it is."""
        return _SENSOR_RESISTANCE * math.exp((_SENSOR_TEMPERATURE / self.temperature_reading()) ** 0.25)

    def _level(self, wire: Wire) -> float:
        source = self._sources.get(wire)
        return self._disturbed(wire, 0.0 if source is None else source())

    def _disturbed(self, wire: Wire, value: float) -> float:
        disturbance = self._disturbances.get(wire)
        return value if disturbance is None else disturbance(value)

    def _solve(
        self, coil_current_1: float, coil_current_2: float, heater_voltage: float, bath: float
    ) -> tuple[float, float]:
        """Return the voltages across the thermometers of source and drain [V]."""
        cryostat = self._cryostat
        fluxes = cryostat.chip.flux.fluxes([coil_current_1, coil_current_2])
        first, second = (
            float(qubit.frequency(flux)) for qubit, flux in zip(cryostat.chip.qubits, fluxes, strict=True)
        )
        heater = cryostat.source.heater
        power = 0.0 if heater is None else float(heater.power(heater_voltage))
        try:
            temperatures = island_temperatures(cryostat, (first, second), power, bath)
        except (RuntimeError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            raise RunError(
                f"{cryostat.places.at('chip')}: must be a chip whose islands find a heat balance, found none at "
                f"{first / 1e9:.4g} and {second / 1e9:.4g} GHz, {format_quantity(power, 'power', 4)} of heating, bath "
                f"at {format_quantity(bath, 'temperature', 4)}; check couplings, bias currents and background"
            ) from None
        source, drain = (
            float(sinis_voltage(made.bias_current, temperature, made.gap, made.resistance))
            for made, temperature in zip(
                (cryostat.source.thermometer, cryostat.drain.thermometer), temperatures, strict=True
            )
        )
        return source, drain

    def _random(self, wire: Wire) -> float:
        nanoseconds = round(self.clock.now() * 1e9)
        counter = [0, nanoseconds, crc32(wire.encode()), 0]
        key = [self._cryostat.seed, 0]
        generator = np.random.Philox(counter=np.array(counter, np.uint64), key=np.array(key, np.uint64))
        return float(np.random.Generator(generator).standard_normal())

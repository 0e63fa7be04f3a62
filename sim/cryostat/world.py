"""The cold world: its state and its laws. Nothing in here knows text."""

import math
from collections.abc import Callable
from functools import lru_cache
from zlib import crc32

import numpy as np

from valvelab.clock import Clock
from valvelab.device import Island
from valvelab.errors import RunError
from valvelab.heater import Heater
from valvelab.junction import sinis_voltage
from valvelab.units import format_quantity

from .balance import island_temperatures
from .mixing_chamber import MixingStage
from .schema import Cryostat, SlowNoise, Wire
from .slow_noise import Flicker, Telegraph

LINE_FREQUENCY = 50.0
"""Frequency of the mains [Hz]."""
_SENSOR_RESISTANCE, _SENSOR_TEMPERATURE = 1e3, 3.0
"""Ruthenium oxide: resistance at high temperature [Ohm] and Mott's temperature [K]."""
_DRIVEN: tuple[Wire, ...] = ("coil_1", "coil_2", "source_heater", "drain_heater")
_LEAST_BIAS = 1e-24
"""A pair without a bias current shows no voltage; this one stands for none, and shows less than a picovolt [A]."""
_THERMAL_MASS = 60.0
"""A mixing chamber wanders no faster [s]."""
_BATH_CELL = 1e-4
"""Distance of bath temperatures between which voltages are interpolated [K]."""
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
        seed = cryostat.seed
        self._slow: dict[Wire, _SlowVoltage] = {
            "source_thermometer": _SlowVoltage(seed, "source_thermometer", cryostat.source_noise),
            "drain_thermometer": _SlowVoltage(seed, "drain_thermometer", cryostat.drain_noise),
        }
        self._wander = Flicker(seed, "mixing_chamber", cryostat.mixing_chamber.wander, shortest=_THERMAL_MASS)
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
        source, drain = self._present((*(self._level(name) for name in _DRIVEN), *self._biases()))
        return self._disturbed(wire, source if wire == "source_thermometer" else drain)

    def _present(self, levels: tuple[float, ...]) -> tuple[float, float]:
        """Return the voltages of both thermometers at the present bath temperature.

        A bath that wanders is never the same twice: between temperatures a tenth of a millikelvin apart the
        voltages are straight to far below a nanovolt.
        """
        bath = self._bath()
        if self._wander.is_still:
            exact: tuple[float, float] = self._voltages(*levels, bath)
            return exact
        cell, share = divmod(bath / _BATH_CELL, 1.0)
        below, above = (self._voltages(*levels, (cell + end) * _BATH_CELL) for end in (0, 1))
        source, drain = ((1 - share) * low + share * high for low, high in zip(below, above, strict=True))
        return source, drain

    def voltage_reading(self, wire: Wire, power_line_cycles: float) -> float:
        """Return one noisy reading of the voltage across a thermometer [V]."""
        noise = self._cryostat.voltmeter_noise * math.sqrt(_NOISE_CYCLES / power_line_cycles)
        slow = self._slow[wire].at(self.clock.now())
        return self.voltage(wire) + slow + noise * self._random(wire)

    def temperature_reading(self) -> float:
        """Return one noisy reading of the temperature of the mixing chamber [K]."""
        noise = self._cryostat.mixing_chamber.thermometer_noise
        return self._bath() + noise * self._random("mixing_chamber")

    def sensor_resistance(self) -> float:
        """Return the resistance of the thermometer of the mixing chamber [Ohm] by Mott's law, noisy as it is."""
        return _SENSOR_RESISTANCE * math.exp((_SENSOR_TEMPERATURE / self.temperature_reading()) ** 0.25)

    def _level(self, wire: Wire) -> float:
        source = self._sources.get(wire)
        return self._disturbed(wire, 0.0 if source is None else source())

    def _disturbed(self, wire: Wire, value: float) -> float:
        disturbance = self._disturbances.get(wire)
        return value if disturbance is None else disturbance(value)

    def _bath(self) -> float:
        """Return the temperature of the mixing chamber [K]."""
        return self.mixing_chamber.temperature() + self._wander.at(self.clock.now())

    def _biases(self) -> tuple[float, float]:
        """Return the bias currents of both thermometers [A]: of a source where there is one, else of the battery."""
        islands: dict[Wire, Island] = {
            "source_bias": self._cryostat.source,
            "drain_bias": self._cryostat.drain,
        }
        source, drain = (
            self._level(wire) if wire in self._sources else island.thermometer.bias_current
            for wire, island in islands.items()
        )
        return source, drain

    def _solve(
        self,
        coil_current_1: float,
        coil_current_2: float,
        source_heater: float,
        drain_heater: float,
        source_bias: float,
        drain_bias: float,
        bath: float,
    ) -> tuple[float, float]:
        """Return the voltages across the thermometers of source and drain [V]."""
        cryostat = self._biased(source_bias, drain_bias)
        fluxes = cryostat.chip.flux.fluxes([coil_current_1, coil_current_2])
        first, second = (
            float(qubit.frequency(flux)) for qubit, flux in zip(cryostat.chip.qubits, fluxes, strict=True)
        )
        islands = cryostat.source, cryostat.drain
        heaters = [
            (0.0, 0.0) if island.heater is None else _at_work(island.heater, level, bath)
            for island, level in zip(islands, (source_heater, drain_heater), strict=True)
        ]
        (source_voltage, power), (drain_voltage, drain_power) = heaters
        phonons = bath + cryostat.substrate_heating * (power + drain_power)
        try:
            temperatures = island_temperatures(
                cryostat, (first, second), (source_voltage, drain_voltage), phonons
            )
            source, drain = (
                float(
                    sinis_voltage(made.bias_current, temperature, made.gap, made.resistance, made.broadening)
                )
                for made, temperature in zip(
                    (each.thermometer for each in islands), temperatures, strict=True
                )
            )
        except (RuntimeError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            raise RunError(
                f"{cryostat.places.at('chip')}: must be a chip whose islands find a heat balance, found none at "
                f"{first / 1e9:.4g} and {second / 1e9:.4g} GHz, {format_quantity(power, 'power', 4)} of heating, "
                f"bath at {format_quantity(bath, 'temperature', 4)}; check couplings, bias currents and background"
            ) from None
        return (
            math.copysign(source, source_bias) + islands[0].thermometer.offset,
            math.copysign(drain, drain_bias) + islands[1].thermometer.offset,
        )

    def _biased(self, source_bias: float, drain_bias: float) -> Cryostat:
        """Return the cryostat with other bias currents; the pair is symmetric, so only their sizes matter."""
        changed = {}
        for name, bias in (("source", source_bias), ("drain", drain_bias)):
            island = getattr(self._cryostat, name)
            size = max(abs(bias), _LEAST_BIAS)
            if size != island.thermometer.bias_current:
                thermometer = island.thermometer.model_copy(update={"bias_current": size})
                changed[name] = island.model_copy(update={"thermometer": thermometer})
        return self._cryostat.model_copy(update=changed) if changed else self._cryostat

    def _random(self, wire: Wire) -> float:
        nanoseconds = round(self.clock.now() * 1e9)
        counter = [0, nanoseconds, crc32(wire.encode()), 0]
        key = [self._cryostat.seed, 0]
        generator = np.random.Philox(counter=np.array(counter, np.uint64), key=np.array(key, np.uint64))
        return float(np.random.Generator(generator).standard_normal())


def _at_work(heater: Heater, level: float, bath: float) -> tuple[float, float]:
    """Return the voltage of a heater's source, counted from its offset [V], and the electric power at the bath [W]."""
    voltage = level - heater.offset
    return voltage, float(heater.dissipation(voltage, bath))


class _SlowVoltage:
    """What a voltmeter shows beside the voltage and white noise."""

    def __init__(self, seed: int, wire: Wire, noise: SlowNoise) -> None:
        self._flicker = Flicker(seed, wire, noise.flicker)
        self._telegraph = Telegraph(seed, wire, noise.jump, noise.jump_rate)
        self._drift = noise.drift

    def at(self, time: float) -> float:
        """Return the voltage at a time [V]."""
        return self._flicker.at(time) + self._telegraph.at(time) + self._drift * time

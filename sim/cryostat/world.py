"""The cold world: its state and its laws. Nothing in here knows text."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np

from valvelab.clock import Clock
from valvelab.device import Island
from valvelab.errors import RunError
from valvelab.units import format_quantity

from .balance import find_balance
from .mixing_chamber import MixingStage, Unrest
from .schema import Cryostat, SlowNoise, Wire
from .slow_noise import Flicker, Telegraph
from .stray_flux import Hysteresis, StrayFlux
from .thermometer_curve import thermometer_curve

LINE_FREQUENCY = 50.0
"""Frequency of the mains [Hz]."""
_SENSOR_RESISTANCE, _SENSOR_TEMPERATURE = 1e3, 3.0
"""Ruthenium oxide: resistance at high temperature [Ohm] and Mott's temperature [K]."""
_BATH_CELL, _FLUX_CELL = 2e-4, 5e-5
"""Bath temperatures [K] and stray fluxes [flux quanta] so far apart get a balance of their own; from it voltages are
straight to a nanovolt."""
_FLUX_NUDGE = 1e-6
_NOISE_CYCLES = 10.0
"""Power line cycles of the reading for which the noise of a voltmeter is given."""


class Levels(NamedTuple):
    """All that the voltages of the thermometers depend on."""

    coil_currents: tuple[float, float]
    stray_fluxes: tuple[float, float]
    heater_voltages: tuple[float, float]
    bias_currents: tuple[float, float]
    bath: float


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
        self._stray_flux = StrayFlux(seed, cryostat.flux_noise)
        self._hysteresis = Hysteresis(cryostat.chip.flux, cryostat.flux_noise)
        self._unrest = Unrest(seed, cryostat.mixing_chamber)
        # A measurement returns to the same few configurations over and over.
        self._voltages = lru_cache(maxsize=4096)(self._solve)

    def connect(self, wire: Wire, level: Callable[[], float]) -> None:
        """Connect a source that tells its present current [A] or voltage [V]; what is not connected is at 0."""
        self._sources[wire] = level

    def disturb(self, wire: Wire, disturbance: Callable[[float], float]) -> None:
        """Let something change what a wire carries [A or V]: what it would be goes in, what it is comes out."""
        self._disturbances[wire] = disturbance

    def follow_coils(self) -> None:
        """Let the fluxes follow the coils, which have a memory: whatever changes a coil's current calls this."""
        self._hysteresis.lag(self._undisturbed("coil_1"), self._undisturbed("coil_2"))

    def voltage(self, wire: Wire) -> float:
        """Return the voltage across a thermometer [V]."""
        source, drain = self._present()
        return self._disturbed(wire, source if wire == "source_thermometer" else drain)

    def _present(self) -> tuple[float, float]:
        """Return the voltages across both thermometers [V].

        What wanders is never the same twice, so a balance nearby is carried there along its slopes.
        """
        bath = self._bath()
        # A bath that obeys its controller rests most of the time, and is exact.
        near_bath = bath if self._unrest.is_still else _BATH_CELL * round(bath / _BATH_CELL)
        stray = self._stray_flux.at(self.clock.now())
        first, second = (_FLUX_CELL * round(flux / _FLUX_CELL) for flux in stray)
        lag = self._hysteresis.lag(self._undisturbed("coil_1"), self._undisturbed("coil_2"))
        levels = Levels(
            (self._level("coil_1"), self._level("coil_2")),
            (first + lag[0], second + lag[1]),
            (self._level("source_heater"), self._level("drain_heater")),
            self._biases(),
            near_bath,
        )
        away = stray[0] - first, stray[1] - second, bath - near_bath
        source, drain = (
            voltage + sum(slope * distance for slope, distance in zip(slopes, away, strict=True))
            for voltage, slopes in self._voltages(levels)
        )
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
        return self._disturbed(wire, self._undisturbed(wire))

    def _undisturbed(self, wire: Wire) -> float:
        source = self._sources.get(wire)
        return 0.0 if source is None else source()

    def _disturbed(self, wire: Wire, value: float) -> float:
        disturbance = self._disturbances.get(wire)
        return value if disturbance is None else disturbance(value)

    def _bath(self) -> float:
        """Return the temperature of the mixing chamber [K]."""
        return self.mixing_chamber.temperature() + self._unrest.at(self.clock.now())

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

    def _solve(self, levels: Levels) -> list[tuple[float, tuple[float, ...]]]:
        """Return the voltages across both thermometers [V], each with its slopes to both fluxes and the bath."""
        cryostat = self._cryostat
        qubits, islands = cryostat.chip.qubits, (cryostat.source, cryostat.drain)
        fluxes = cryostat.chip.flux.fluxes(levels.coil_currents) + levels.stray_fluxes
        first, second = (
            qubit.frequency([flux, flux + _FLUX_NUDGE]) for qubit, flux in zip(qubits, fluxes, strict=True)
        )
        source_power, drain_power = (
            0.0 if island.heater is None else float(island.heater.power(voltage))
            for island, voltage in zip(islands, levels.heater_voltages, strict=True)
        )
        powers = source_power, drain_power
        phonons = levels.bath + cryostat.substrate_heating * sum(powers)
        try:
            balance = find_balance(
                cryostat, (float(first[0]), float(second[0])), powers, levels.bias_currents, phonons
            )
            shown = [
                thermometer_curve(bias, island.thermometer.gap, island.thermometer.resistance).voltage(
                    float(t)
                )
                for island, bias, t in zip(islands, levels.bias_currents, balance.temperatures, strict=True)
            ]
        except (RuntimeError, ValueError, ArithmeticError, np.linalg.LinAlgError):
            raise RunError(
                f"{cryostat.places.at('chip')}: must be a chip whose islands find a heat balance, found none at "
                f"{first[0] / 1e9:.4g} and {second[0] / 1e9:.4g} GHz, {format_quantity(source_power, 'power', 4)} of "
                f"heating, bath at {format_quantity(levels.bath, 'temperature', 4)}; check couplings, bias currents "
                "and background"
            ) from None
        by_frequency = [(f[1] - f[0]) / _FLUX_NUDGE for f in (first, second)]
        slopes = balance.slopes * np.array([*by_frequency, 1.0])
        return [
            (voltage, tuple(map(float, slope * row)))
            for (voltage, slope), row in zip(shown, slopes, strict=True)
        ]

    def _random(self, wire: Wire) -> float:
        nanoseconds = round(self.clock.now() * 1e9)
        counter = [0, nanoseconds, crc32(wire.encode()), 0]
        key = [self._cryostat.seed, 0]
        generator = np.random.Philox(counter=np.array(counter, np.uint64), key=np.array(key, np.uint64))
        return float(np.random.Generator(generator).standard_normal())


class _SlowVoltage:
    """What a voltmeter shows beside the voltage and white noise."""

    def __init__(self, seed: int, wire: Wire, noise: SlowNoise) -> None:
        self._flicker = Flicker(seed, wire, noise.flicker)
        self._telegraph = Telegraph(seed, wire, noise.jump, noise.jump_rate)
        self._drift = noise.drift

    def at(self, time: float) -> float:
        """Return the voltage at a time [V]."""
        return self._flicker.at(time) + self._telegraph.at(time) + self._drift * time

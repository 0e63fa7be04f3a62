"""Voltages of islands at known temperatures, with noise whose covariance is written down and not that of the analysis.

Flicker has a spectrum of exactly 1/f between two frequencies: its covariance is a difference of cosine integrals.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import sici

from valvelab.dataset import RAW, make_dataset
from valvelab.sim import preset

DEVICE = preset("paper")
FREQUENCIES = {"off": (2e9, 2e9), "both": (4e9, 4e9), "only_1": (4e9, 2e9), "only_2": (2e9, 4e9)}
SOURCE = {"off": 0.384, "both": 0.3838, "only_1": 0.3839, "only_2": 0.3839}
DRAIN = {"off": 0.100, "both": 0.108, "only_1": 0.104, "only_2": 0.1035}
BATHS = (0.06, 0.08, 0.09)
HEATER = 0.29
_LOWEST, _HIGHEST = 1e-6, 2.5
"""Flicker reaches from half the inverse of a reading's 0.2 s to days [Hz]."""


@dataclass(frozen=True)
class Run:
    """A run of palindromic blocks: 2 s before each visit, 0.4 s a reading, 20 min before each cell."""

    cells: int
    blocks: int
    visit: int

    @cached_property
    def names(self):
        """Configuration of each reading."""
        once = np.repeat([*FREQUENCIES, *reversed(FREQUENCIES)], self.visit)
        return np.tile(once, self.cells * self.blocks)

    @cached_property
    def places(self):
        """Cell, block and repetition of each reading, shape (3, n)."""
        shape = (self.cells, self.blocks, 2 * len(FREQUENCIES), self.visit)
        cell, block, _, repetition = np.indices(shape).reshape(4, -1)
        return np.array([cell, block, repetition])

    @cached_property
    def time(self):
        """Moment of each reading [s]."""
        cell, block, repetition = self.places
        new_cell = (block == 0) & (np.diff(cell, prepend=-1) > 0)
        return np.cumsum(0.4 + 2.0 * (repetition == 0) + 1200.0 * new_cell)

    @cached_property
    def flicker(self):
        """A factor of the covariance of flicker with an Allan deviation of 1."""
        lags = 2 * np.pi * np.abs(self.time[:, None] - self.time)
        near = np.full(lags.shape, np.log(_HIGHEST / _LOWEST))
        apart = lags > 0
        near[apart] = sici(_HIGHEST * lags[apart])[1] - sici(_LOWEST * lags[apart])[1]
        return np.linalg.cholesky(near / (2 * np.log(2)) + 1e-9 * np.eye(len(lags)))

    def draws(self, runs, *, white, flicker, drift, seed):
        """Yield raw datasets with independent noise; the drift [V/s] begins anew in each cell, zero in its middle."""
        random = np.random.default_rng(seed)
        cell = self.places[0]
        middle = np.bincount(cell, self.time) / np.bincount(cell)
        steady = drift * (self.time - middle[cell])
        for _ in range(runs):
            noise = white * random.standard_normal((2, len(cell))) + steady
            if flicker:
                noise += flicker * (self.flicker @ random.standard_normal((len(cell), 2))).T
            yield self.raw(*noise)

    def raw(self, source_noise=0.0, drain_noise=0.0):
        """Return a raw dataset with given noise [V]."""
        cell, block, repetition = self.places
        currents = {
            name: DEVICE.flux.coil_currents(
                [float(qubit.flux(f)) for qubit, f in zip(DEVICE.qubits, pair, strict=True)]
            )
            for name, pair in FREQUENCIES.items()
        }
        coils = np.array([currents[name] for name in self.names])
        bath = np.array(BATHS)[cell % len(BATHS)]
        columns = {
            "configuration": self.names, "cell": cell, "block": block, "repetition": repetition,
            "time": self.time, "coil_current_1": coils[:, 0], "coil_current_2": coils[:, 1],
            "heater_voltage": np.full(len(cell), HEATER),
            "thermometer_voltage_source": self._voltage("source", SOURCE) + source_noise,
            "thermometer_voltage_drain": self._voltage("drain", DRAIN) + drain_noise,
            "mixing_chamber_temperature": bath, "bath_temperature_set_point": bath,
        }  # fmt: skip
        return make_dataset({name: columns[name] for name in RAW if name in columns}, RAW, {})

    def _voltage(self, role, temperatures):
        law = getattr(DEVICE, role).thermometer
        levels = {name: float(law.voltage(temperature)) for name, temperature in temperatures.items()}
        return np.array([levels[name] for name in self.names])


def true_temperatures(reduced, temperatures):
    """Return the true temperature of each point [K]."""
    return np.array([temperatures[str(name)] for name in reduced["configuration"].values])


def power_errors(reduced):
    """Return found less true powers into the drain [W]."""
    bath = reduced["bath_temperature"].values
    warm = DEVICE.drain.received_power(true_temperatures(reduced, DRAIN), bath)
    return reduced["heat_power_drain"].values - warm + DEVICE.drain.received_power(DRAIN["off"], bath)


def drain_pulls(reduced):
    """Return found less true drain temperatures over their errors."""
    off = reduced["temperature_drain"].values - true_temperatures(reduced, DRAIN)
    return off / reduced["temperature_drain_std"].values


def naive_errors(raw, reduced):
    """Return the errors of the powers if all scatter were white: that of readings, pooled, over their root number."""
    table = raw[["cell", "configuration", "thermometer_voltage_drain"]].to_dataframe()
    groups = table.groupby(["cell", "configuration"])["thermometer_voltage_drain"]
    counts = groups.size()
    pooled = np.sqrt((groups.var() * (counts - 1)).sum() / (counts - 1).sum())
    error = pooled / np.sqrt(float(counts.iloc[0]))
    bath = reduced["bath_temperature"].values
    warm, cold = (
        _power_slope(temperature, bath) for temperature in (true_temperatures(reduced, DRAIN), DRAIN["off"])
    )
    return error * np.hypot(warm, cold)


def _power_slope(temperature, bath):
    """Return dP/dV of the drain [W/V]."""
    island, step = DEVICE.drain, 1e-6
    power = island.received_power(temperature + step, bath) - island.received_power(temperature - step, bath)
    return power / (
        island.thermometer.voltage(temperature + step) - island.thermometer.voltage(temperature - step)
    )

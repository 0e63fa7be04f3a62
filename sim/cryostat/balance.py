"""The heat balance of the two islands: which temperatures they take under given currents and voltages."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from valvelab.device import Island

from ..baths import Bath, Resonator
from ..pair import pair
from .schema import Chip, Cryostat
from .temperature_curve import Curve, cooling_curve, heating_curve

Array = npt.NDArray[np.float64]

_MOST_STEPS = 60
_NUDGE = 1e-6
_LAST_STEP = 1e-8
"""The slopes are good to the nudge, so that what remains after such a step is below rounding."""
_LAST_TURN = 2e-6
"""The heat of the valve bends so little that what remains after such a turn is below 1e-9."""
_COLDEST_START = 1e-3


class Balance(NamedTuple):
    """The temperatures of source and drain, and how they follow small changes."""

    temperatures: Array
    """Electron temperatures [K]."""
    slopes: Array
    """Their derivatives with respect to both frequencies [K/Hz] and to the temperature of the phonons [K/K], each a
    column."""


def island_temperatures(
    cryostat: Cryostat,
    frequencies: tuple[float, float],
    heater_voltages: tuple[float, float],
    phonon_temperature: float,
) -> tuple[float, float]:
    """Return the electron temperatures of source and drain [K], to 1e-9 of their value or better.

    Parameters
    ----------
    cryostat
        The chip, the islands and the background.
    frequencies
        Transition frequencies of the qubits [Hz].
    heater_voltages
        Voltages of the sources of both heaters, counted from their offsets [V]; an island without one ignores its.
    phonon_temperature
        Temperature of the phonons of both islands [K].

    Raises
    ------
    RuntimeError
        If there is no such balance.
    """
    biases = cryostat.source.thermometer.bias_current, cryostat.drain.thermometer.bias_current
    found = find_balance(cryostat, frequencies, heater_voltages, biases, phonon_temperature)
    source, drain = found.temperatures
    return float(source), float(drain)


def find_balance(
    cryostat: Cryostat,
    frequencies: tuple[float, float],
    heater_voltages: tuple[float, float],
    bias_currents: tuple[float, float],
    phonon_temperature: float,
) -> Balance:
    """Find the temperatures at which no heat is left over.

    For each island, heater power + background = electrons to phonons + thermometer + heat into the valve; the heat
    into the valve is negative for the drain. The power of a heater of junctions depends on the temperature as well.

    Parameters
    ----------
    cryostat
        The chip, the islands and the backgrounds.
    frequencies
        Transition frequencies of the qubits [Hz].
    heater_voltages
        Voltages of the sources of both heaters, counted from their offsets [V].
    bias_currents
        Currents through the thermometers of source and drain [A].
    phonon_temperature
        Temperature of the phonons of both islands [K].

    Raises
    ------
    RuntimeError
        If there is no such balance.
    """
    islands = cryostat.source, cryostat.drain
    backgrounds = np.array([cryostat.source_background, cryostat.drain_background])
    heaters = [
        heating_curve(island.heater, voltage)
        for island, voltage in zip(islands, heater_voltages, strict=True)
    ]
    closed = [
        _loss(island, cooling_curve(island.thermometer, bias), heater, phonon_temperature)
        for island, bias, heater in zip(islands, bias_currents, heaters, strict=True)
    ]
    # Always from the same start, so that the result depends on the arguments alone, to the last digit.
    temperatures = np.maximum(
        [
            float(island.electron_temperature(power + heater.at(phonon_temperature)[0], phonon_temperature))
            for island, heater, power in zip(islands, heaters, backgrounds, strict=True)
        ],
        _COLDEST_START,
    )
    temperatures = _settle(closed, backgrounds, np.zeros((2, 2)), temperatures)
    # The valve costs a hundred times as much as the rest, so it is asked seldom and taken for straight in between.
    for _ in range(_MOST_STEPS):
        before = temperatures
        photons, by_temperature, by_frequency = _valve(cryostat.chip, frequencies, before)
        rest = backgrounds - photons + by_temperature @ before
        temperatures = _settle(closed, rest, by_temperature, before)
        if (np.abs(temperatures - before) <= _LAST_TURN * temperatures).all():
            break
    else:
        raise _no_balance(temperatures)
    stiffness = by_temperature + np.diag([loss(t)[1] for loss, t in zip(closed, temperatures, strict=True)])
    by_phonons = [_phonon_slope(island, phonon_temperature) for island in islands]
    causes = np.column_stack([by_frequency, by_phonons])
    return Balance(temperatures, -np.linalg.solve(stiffness, causes))


def photonic_power(
    chip: Chip, frequencies: tuple[float, float], source: Array, drain: Array
) -> tuple[Array, Array]:
    """Return the heat that flows out of source and drain into the qubits [W] for their temperatures [K]."""
    currents = pair(
        frequencies,
        Bath(chip.gamma_h, source),
        Bath(chip.gamma_c, drain),
        Bath(chip.gamma_p, chip.T_p),
        resonator=Resonator(chip.resonator.frequency, chip.resonator.quality_factor, chip.resonator.exponent),
        weights_hot=(chip.weights_hot[0], chip.weights_hot[1] * np.exp(1j * chip.phase)),
        weights_cold=chip.weights_cold,
        exchange=chip.exchange,
    ).currents
    return currents.hot, currents.cold


def _valve(chip: Chip, frequencies: tuple[float, float], temperatures: Array) -> tuple[Array, Array, Array]:
    """Return the heat out of source and drain [W], and its slopes to both temperatures and both frequencies."""
    nudges = 1 + _NUDGE * np.vstack([np.zeros(4), np.eye(4)])
    source, drain, first, second = (np.array([*temperatures, *frequencies]) * nudges).T
    heat = np.array(photonic_power(chip, (first, second), source, drain))
    slopes = (heat[:, 1:] - heat[:, :1]) / (_NUDGE * np.array([*temperatures, *frequencies]))
    return heat[:, 0], slopes[:, :2], slopes[:, 2:]


def _loss(
    island: Island, thermometer: Curve, heater: Curve, phonon_temperature: float
) -> Callable[[float], tuple[float, float]]:
    """Return what phonons and thermometer take from the electrons of an island less what its heater gives [W, W/K]."""

    def loss(temperature: float) -> tuple[float, float]:
        (cooling, cooling_slope), (heating, heating_slope) = (
            thermometer.at(temperature),
            heater.at(temperature),
        )
        nudge = _NUDGE * temperature
        here, above = island.electron_phonon_power([temperature, temperature + nudge], phonon_temperature)
        return (
            float(here) + cooling - heating,
            float(above - here) / nudge + cooling_slope - heating_slope,
        )

    return loss


def _phonon_slope(island: Island, phonon_temperature: float) -> float:
    """Return how the heat to the phonons changes with their temperature [W/K]."""
    nudge = _NUDGE * phonon_temperature
    here, above = island.electron_phonon_power(0.0, [phonon_temperature, phonon_temperature + nudge])
    return float(above - here) / nudge


def _settle(
    losses: Sequence[Callable[[float], tuple[float, float]]], power: Array, coupling: Array, start: Array
) -> Array:
    """Solve losses(T) + coupling T = power by Newton's method."""
    temperatures = start
    for _ in range(_MOST_STEPS):
        lost, slopes = np.transpose([loss(float(t)) for loss, t in zip(losses, temperatures, strict=True)])
        excess = lost + coupling @ temperatures - power
        step = np.linalg.solve(coupling + np.diag(slopes), excess)
        temperatures = np.clip(temperatures - step, temperatures / 2, 2 * temperatures)
        if (np.abs(step) <= _LAST_STEP * temperatures).all():
            return temperatures
    raise _no_balance(temperatures)


def _no_balance(temperatures: Array) -> RuntimeError:
    return RuntimeError(
        f"The islands must find a heat balance, but found none near {temperatures} K; "
        "check the couplings, the bias currents and the background in the cryostat file."
    )

"""The heat balance of the two islands: which temperatures they take under given currents and voltages."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from valvelab.device import Island
from valvelab.junction import sinis_cooling_power

from ..baths import Bath, Resonator
from ..pair import pair
from .schema import Chip, Cryostat

Array = npt.NDArray[np.float64]

_MOST_STEPS = 60
_NUDGE = 1e-6
_LAST_STEP = 1e-8
"""The slopes are good to the nudge, so that what remains after such a step is below rounding."""
_ROUGH_STEP = 1e-2
_COLDEST_START = 1e-3


def island_temperatures(
    cryostat: Cryostat,
    frequencies: tuple[float, float],
    heater_voltages: tuple[float, float],
    phonon_temperature: float,
) -> tuple[float, float]:
    """Return the electron temperatures of source and drain [K], to 1e-12 of their value.

    For each island, heater power + background = electrons to phonons + thermometer + heat into the valve; the heat
    into the valve is negative for the drain. The power of a heater of junctions depends on the temperature as well.

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
    islands = (cryostat.source, cryostat.drain)
    backgrounds = np.array([cryostat.source_background, cryostat.drain_background])

    def injected(temperatures: Array) -> Array:
        heating = [
            _heating(island, voltage, temperatures[..., i])
            for i, (island, voltage) in enumerate(zip(islands, heater_voltages, strict=True))
        ]
        return np.asarray(np.stack(heating, axis=-1) + backgrounds)

    def closed(temperatures: Array) -> Array:
        lost = _loss_without_valve(cryostat, temperatures, phonon_temperature)
        return np.asarray(lost - injected(temperatures))

    def opened(temperatures: Array) -> Array:
        photons = photonic_power(cryostat.chip, frequencies, temperatures[..., 0], temperatures[..., 1])
        return np.asarray(closed(temperatures) + np.stack(photons, axis=-1))

    # Always from the same start, so that the result depends on the arguments alone, to the last digit.
    start = [
        float(island.electron_temperature(power, phonon_temperature))
        for island, power in zip(islands, injected(np.full(2, phonon_temperature)), strict=True)
    ]
    without_valve = _root(closed, np.maximum(start, _COLDEST_START), _ROUGH_STEP)
    source, drain = _root(opened, without_valve, _LAST_STEP)
    return float(source), float(drain)


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
        weights_hot=chip.weights_hot,
        weights_cold=chip.weights_cold,
        exchange=chip.exchange,
    ).currents
    return currents.hot, currents.cold


def _heating(island: Island, voltage: float, temperature: Array) -> Array:
    if island.heater is None:
        return np.zeros(temperature.shape)
    return np.broadcast_to(island.heater.power(voltage, temperature), temperature.shape)


def _loss_without_valve(cryostat: Cryostat, temperatures: Array, phonon_temperature: float) -> Array:
    islands = (cryostat.source, cryostat.drain)
    phonons = [
        island.electron_phonon_power(temperatures[..., i], phonon_temperature)
        for i, island in enumerate(islands)
    ]
    thermometers = [island.thermometer for island in islands]
    cooling = sinis_cooling_power(
        np.array([thermometer.bias_current for thermometer in thermometers]),
        temperatures,
        np.array([thermometer.gap for thermometer in thermometers]),
        np.array([thermometer.resistance for thermometer in thermometers]),
        np.array([thermometer.broadening for thermometer in thermometers]),
    )
    return np.stack(phonons, axis=-1) + cooling


def _root(excess: Callable[[Array], Array], start: Array, last_step: float) -> Array:
    """Solve two equations in two temperatures by Newton's method; `excess` takes rows of temperatures."""
    temperatures = start
    for _ in range(_MOST_STEPS):
        nudged = temperatures * (1 + _NUDGE * np.vstack([np.zeros(2), np.eye(2)]))
        value, *moved = excess(nudged)
        slopes = (np.array(moved) - value).T / (_NUDGE * temperatures)
        step = np.linalg.solve(slopes, value)
        temperatures = np.clip(temperatures - step, temperatures / 2, 2 * temperatures)
        if (np.abs(step) <= last_step * temperatures).all():
            return temperatures
    raise RuntimeError(
        f"The islands must find a heat balance, but found none near {temperatures} K; "
        "check the couplings, the bias currents and the background in the cryostat file."
    )

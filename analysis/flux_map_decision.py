"""Where two hypotheses of a map's crossing differ most, and how many readings there tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_heat import Array
from .flux_map_hypotheses import Judged
from .flux_map_model import map_power, qubit_frequency

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_FINE = 4
"""Points between two neighbours of the map where hypotheses are compared."""
_SIGMA = 3.0


@dataclass(frozen=True)
class Decision:
    """Where two hypotheses differ most within the window of the map, and how many readings tell them apart there."""

    name: str
    other: str
    coil_currents: tuple[float, float]
    """[A]"""
    frequencies: tuple[float, float]
    """Of the qubits [Hz]."""
    difference: float
    """Of the heat into the drain [W]."""
    readings: int
    """Readings there, and as many beside the ridges, for three standard errors of white noise."""


def _power(judged: Judged, coil_1: Array, coil_2: Array) -> Array:
    """Return the heat into the drain that a hypothesis expects [W]."""
    return map_power(judged.values, coil_1, coil_2, judged.hypothesis.model)


def decide(fit: FluxMapFit, first: Judged, second: Judged) -> Decision:
    """Return where two hypotheses differ most, and how often one must read there.

    Parameters
    ----------
    fit
        The fit that both were judged with.
    first, second
        Two of `judge_hypotheses`.
    """
    axes = [_refined(axis) for axis in (fit.heat_map.coil_current_1, fit.heat_map.coil_current_2)]
    grid = axes[0][:, None], axes[1][None, :]
    apart = _power(first, *grid) - _power(second, *grid)
    place = np.unravel_index(int(np.argmax(np.abs(apart))), apart.shape)
    here = tuple(float(axis[index]) for axis, index in zip(axes, place, strict=True))
    frequencies = tuple(
        float(qubit_frequency(qubit, first.values, *map(np.asarray, here))) for qubit in (1, 2)
    )
    difference = float(apart[place])
    noise = fit.background.noise.white
    # A reading on the crossing and one beside the ridges, whose difference is what is compared.
    readings = int(np.ceil(2 * (_SIGMA * noise / difference) ** 2)) if difference else 0
    return Decision(
        first.hypothesis.name,
        second.hypothesis.name,
        (here[0], here[1]),
        (frequencies[0], frequencies[1]),
        difference,
        readings,
    )


def _refined(axis: Array) -> Array:
    size = _FINE * (axis.size - 1) + 1
    return np.interp(np.linspace(0, axis.size - 1, size), np.arange(axis.size), axis)

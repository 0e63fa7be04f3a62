"""Rungs that are too slow for a table at every step of a map's fit: a quicker rung, and the difference from it.

The difference is tabulated at one set of parameters, its anchor, which the values of a fit carry along, so that the
heat stays a function of them alone. A fit begins on the quick rung and moves the anchor to where it ends, until that
changes nothing.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from valvelab.sim import hierarchy, resonator_levels, resonators

from .flux_map_excess import RUNGS, SHAPING, Rung, excess, heat, of_one_or_two, transmon
from .flux_map_heat import Array, Values
from .flux_map_interpolated import over_both

BESIDE: Mapping[str, str] = {"resonators": "modes", "hierarchy": "resonators", "transmons": "levels"}
"""The quicker rung that each slow one is counted from."""
ANCHOR = "anchor_"
"""How the parameters begin at which a difference was tabulated."""
_NODES = {"resonators": (17, 21), "hierarchy": (7, 9), "transmons": (17, 21)}
"""Of a table, over mean and distance: the less there is to tell, the fewer."""
_REACH = 2.5
"""How far a table goes, in linewidths of the resonators."""
_LEVELS = 3
"""Of a transmon between modes: tens of milliseconds a point, where four take seconds."""
_PRECISION = 1e-4
_LEAST_SHARE = 1e-6
"""Rate of the parasitic bath in units of the others, below which transmons would have no unique state."""


def quick_rung(rung: str) -> str:
    """Return the rung that a slow one is counted from in the end, any other as it is."""
    while rung in BESIDE:
        rung = BESIDE[rung]
    return rung


def anchored(values: Values) -> dict[str, float]:
    """Return parameters whose difference from the quick rung is tabulated where they are."""
    return {**values, **{f"{ANCHOR}{name}": values[name] for name in SHAPING}}


def is_anchored(values: Values) -> bool:
    """Return whether parameters say where a difference is tabulated."""
    return f"{ANCHOR}{SHAPING[0]}" in values


def slow_excess(
    rung: str, values: Values, frequency_1: Array, frequency_2: Array, *, rough: bool = False
) -> Array:
    """Return what a rung of `BESIDE` adds to the sum of the ridges [W].

    Parameters
    ----------
    rung
        Its name.
    values
        Parameters of the map; without an anchor the difference is tabulated at them, which takes a minute.
    frequency_1, frequency_2
        Frequencies of the qubits [Hz], which broadcast.

    Raises
    ------
    ValueError
        If the parameters hold a filter exponent, which modes do not have.
    """
    if values["filter_exponent"] != 0:
        raise ValueError("filter_exponent must be 0 for resonators that are modes, found another")
    at = values if is_anchored(values) else anchored(values)
    beyond = _difference(rung, tuple((name, at[f"{ANCHOR}{name}"]) for name in SHAPING))
    below = slow_excess if BESIDE[rung] in BESIDE else excess
    return below(BESIDE[rung], at, frequency_1, frequency_2, rough=rough) + beyond(frequency_1, frequency_2)


@lru_cache(maxsize=16)
def _difference(rung: str, anchor: tuple[tuple[str, float], ...]) -> Callable[[Array, Array], Array]:
    values, two = dict(anchor), [{**RUNGS, **_SLOW}[name] for name in (rung, BESIDE[rung])]

    def difference(frequency_1: Array, frequency_2: Array) -> Array:
        found = [one.excess(values, frequency_1, frequency_2) for one in two]
        return np.asarray(found[0] - found[1])

    return over_both(difference, values, _NODES[rung], _REACH)


def _hierarchy(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    return heat(hierarchy, tuple(qubits.values()), values, weights, tolerance=_PRECISION)


def _resonators(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    return heat(resonators, tuple(qubits.values()), values, weights, corrected=True, tolerance=_PRECISION)


def _transmons(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    ladders = [transmon(values, qubit, f, _LEVELS) for qubit, f in qubits.items()]
    some = {**values, "parasitic_share": max(values["parasitic_share"], _LEAST_SHARE)}
    return heat(resonator_levels, ladders, some, weights, corrected=True, tolerance=_PRECISION)


_SLOW: Mapping[str, Rung] = {
    "resonators": of_one_or_two(_resonators),
    "hierarchy": of_one_or_two(_hierarchy),
    "transmons": of_one_or_two(_transmons),
}

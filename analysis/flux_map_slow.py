"""Rungs that are too slow for a table at every step of a map's fit: a quicker rung, and the difference from it.

The difference is tabulated at one set of parameters, its anchor, which the values of a fit carry along, so that the
heat stays a function of them alone. A fit begins on the quick rung and moves the anchor to where it ends, until that
changes nothing.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from valvelab.sim import hierarchy, resonator_levels

from .flux_map_excess import RUNGS, SHAPING, Rung, excess, heat, of_one_or_two, tabulated, transmon
from .flux_map_heat import Array, Values

BESIDE: Mapping[str, str] = {"hierarchy": "resonators", "transmons": "levels"}
"""The quick rung that each slow one is counted from."""
ANCHOR = "anchor_"
"""How the parameters begin at which a difference was tabulated."""
_NODES, _REACH = (13, 15), 2.5
"""Of a table, over mean and distance, and how far it goes, in linewidths of the resonators."""
_ALONE = 17
_LEVELS = 3
"""Of a transmon between modes: tens of milliseconds a point, where four take seconds."""
_PRECISION = 1e-4
_LEAST_SHARE = 1e-6
"""Rate of the parasitic bath in units of the others, below which transmons would have no unique state."""


def anchored(values: Values) -> dict[str, float]:
    """Return parameters whose difference from the quick rung is tabulated where they are."""
    return {**values, **{f"{ANCHOR}{name}": values[name] for name in SHAPING}}


def is_anchored(values: Values) -> bool:
    """Return whether parameters say where a difference is tabulated."""
    return f"{ANCHOR}{SHAPING[0]}" in values


def slow_excess(rung: str, values: Values, frequency_1: Array, frequency_2: Array) -> Array:
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
    return excess(BESIDE[rung], values, frequency_1, frequency_2) + beyond(frequency_1, frequency_2)


@lru_cache(maxsize=16)
def _difference(rung: str, anchor: tuple[tuple[str, float], ...]) -> Callable[[Array, Array], Array]:
    values = dict(anchor)

    def difference(frequency_1: Array, frequency_2: Array) -> Array:
        found = [one.excess(values, frequency_1, frequency_2) for one in (_SLOW[rung], RUNGS[BESIDE[rung]])]
        return np.asarray(found[0] - found[1])

    return tabulated(difference, values, _NODES, _REACH)


def _hierarchy(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    return heat(hierarchy, tuple(qubits.values()), values, weights, tolerance=_PRECISION)


def _transmons(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    ladders = [transmon(values, qubit, f, _LEVELS) for qubit, f in qubits.items()]
    some = {**values, "parasitic_share": max(values["parasitic_share"], _LEAST_SHARE)}
    return heat(resonator_levels, ladders, some, weights, tolerance=_PRECISION)


_SLOW: Mapping[str, Rung] = {
    "hierarchy": of_one_or_two(_hierarchy, _ALONE),
    "transmons": of_one_or_two(_transmons, _ALONE),
}

"""The checked arguments of `resonators`, laid out as a table of points of which equal ones are solved once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from valvelab.arguments import (
    Amplitude,
    Array,
    Values,
    amplitudes,
    common_shape,
    non_negative,
    numbers,
    positive,
    two,
    yes_or_no,
)

from .baths import Bath, Resonator
from .resonator_point import ResonatorPoint, vanishing_rate

Several: TypeAlias = Sequence[Values] | Array
"""A value for each qubit."""
Modes: TypeAlias = Resonator | tuple[Resonator, Resonator]
"""The resonators of both reservoirs, or a pair (hot, cold)."""


@dataclass(frozen=True, eq=False)
class ResonatorProblem:
    """Hold the parameters of all points.

    Parameters
    ----------
    shape
        The shape that all arguments broadcast to.
    n_qubits
        1 or 2.
    table
        A row for each parameter and a column for each point; `of_column` knows the order.
    lonely
        Whether there is no parasitic bath.
    alike
        Whether both reservoirs couple through the same weights and resonator.
    corrected
        Whether the points have corrections.
    """

    shape: tuple[int, ...]
    n_qubits: int
    table: Array
    lonely: bool
    alike: bool
    corrected: bool

    def each(self, answer: Callable[[ResonatorPoint], Array], rows: int) -> Array:
        """Return the answers to all points, an array of `rows` numbers each, as (rows, *shape)."""
        columns, place = np.unique(self.table, axis=1, return_inverse=True)
        answers = np.empty((rows, columns.shape[1]))
        for number, column in enumerate(columns.T):
            answers[:, number] = answer(self.of_column(column))
        return answers[:, place.reshape(-1)].reshape(rows, *self.shape)

    def of_column(self, column: Array) -> ResonatorPoint:
        """Return one point."""
        qubits = self.n_qubits
        baths, modes = column[:6].reshape(3, 2), column[6:10].reshape(2, 2)
        exchange, per_qubit = column[10], column[11:].reshape(-1, qubits)
        (gamma_h, hot), (gamma_c, cold), (gamma_p, warm) = baths
        if not self.lonely:
            gamma_p = max(gamma_p, vanishing_rate((gamma_h, gamma_c)))
        weights: Amplitude = per_qubit[1:3]
        if np.any(per_qubit[4:]):
            weights = weights + 1j * per_qubit[4:]
        sources = zip((hot, cold), modes[:, 0], strict=True)
        point = ResonatorPoint(
            frequencies=per_qubit[0],
            resonator_frequencies=modes[:, 0],
            linewidths=2 * np.pi * modes[:, 0] / modes[:, 1],
            amplitudes=np.sqrt(baths[:2, 0]),
            weights=weights,
            temperatures=baths[:, 1],
            occupations=np.array([float(Bath(0.0, warmth).occupation(f)) for warmth, f in sources]),
            parasitic_occupations=np.asarray(Bath(0.0, warm).occupation(per_qubit[0])).reshape(-1),
            gamma_p=float(gamma_p),
            exchange=float(exchange),
            dephasing=per_qubit[3],
            lonely=self.lonely,
            shifts=np.zeros(qubits),
            swing=np.ones(2),
        )
        return point.corrected() if self.corrected else point


def resonator_problem(
    frequencies: Several,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Modes,
    weights: tuple[Several, Several],
    exchange: Values,
    dephasing: Values,
    corrected: bool = False,
) -> ResonatorProblem:
    """Check the arguments of `resonators` and lay them out; its `weights` are (hot, cold).

    Raises
    ------
    ValueError
        If an argument is out of range, or if they do not broadcast.
    """
    if len(frequencies) not in (1, 2):
        raise ValueError(
            f"Argument `frequencies` must hold one or two values, (f_1,) or (f_1, f_2), but is {frequencies!r}."
        )
    qubits = len(frequencies)
    modes = demanded_modes(resonator)
    named: dict[str, Values | Amplitude] = {}
    for name, bath in (("hot", hot), ("cold", cold), ("parasitic", parasitic or Bath(0.0, 0.0))):
        named |= {f"{name}.rate": bath.rate, f"{name}.temperature": bath.temperature}
    for name, mode in zip(("hot", "cold"), modes, strict=True):
        named |= {
            f"resonator.frequency ({name})": mode.frequency,
            f"resonator.Q ({name})": mode.quality_factor,
        }
    named["exchange"] = numbers("exchange", exchange)
    for k in range(qubits):
        named[f"frequencies[{k}]"] = positive("frequencies", frequencies[k], "Hz")
    for name, pair in zip(("hot", "cold"), weights, strict=True):
        values = two(f"weights_{name}", pair, "(weight_1, weight_2)")
        named |= {f"weights_{name}[{k}]": amplitudes(f"weights_{name}", values[k]) for k in range(qubits)}
    named |= {f"dephasing[{k}]": non_negative("dephasing", dephasing, "1/s") for k in range(qubits)}
    shape = common_shape(**named)
    alike = modes[0] is modes[1] and all(map(np.array_equal, *weights))
    yes_or_no("corrected", corrected)
    return ResonatorProblem(shape, qubits, _table(named, shape), parasitic is None, alike, corrected)


def _table(named: Mapping[str, Values | Amplitude], shape: tuple[int, ...]) -> Array:
    """Lay the parameters out in rows; imaginary parts of weights come last, where there are any."""
    rows = [np.asarray(value).real for value in named.values()]
    coupled = [np.asarray(value) for name, value in named.items() if name.startswith("weights")]
    if any(map(np.iscomplexobj, coupled)):
        rows += [value.imag for value in coupled]
    return np.array([np.broadcast_to(row, shape).reshape(-1) for row in rows])


def modes_of(resonator: Modes) -> tuple[Resonator, Resonator]:
    """Return the resonators of both reservoirs."""
    if isinstance(resonator, Resonator):
        return resonator, resonator
    return two("resonator", resonator, "(hot, cold) of resonators")


def demanded_modes(resonator: Modes) -> tuple[Resonator, Resonator]:
    """Return the resonators of both reservoirs, which must be modes."""
    modes = modes_of(resonator)
    for mode in modes:
        positive("resonator.quality_factor", mode.quality_factor, "")
        if np.any(np.asarray(mode.exponent) != 0):
            raise ValueError(
                "Argument `resonator` must have the exponent 0, or it is no single mode, "
                f"but has {mode.exponent!r}."
            )
    return modes


def demand_rates(hot: Bath, cold: Bath) -> None:
    """Refuse a reservoir without a rate, by the square root of which currents are differentiated.

    Raises
    ------
    ValueError
        If a rate is not above 0.
    """
    for name, bath in (("hot", hot), ("cold", cold)):
        if np.any(np.asarray(bath.rate) <= 0):
            raise ValueError(f"Argument `{name}` must have a rate above 0 1/s, but has {bath.rate}.")

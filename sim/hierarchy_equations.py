"""The hierarchy of equations of one point of `hierarchy`, as real linear equations of its stationary state.

QuTiP sets the equations up. Their elements are divided by what they grow like, so that those of deep matrices are not
lost in the rounding of others; conjugate elements are combined, which makes the equations real; and what does
not touch the populations is left out: half of the elements have the wrong parity.

Energy of the qubits is conserved by the first of these equations, whatever the depth. A reservoir with the coupling
V_i = Q_i B_i gives heat to the qubits at the rate i <[Q_i, H_S] B_i>, and V_i, which is stationary, takes as much out
of the reservoir as the local jumps D take out of it: the heat current is i <[Q_i, H_S] B_i> - <D+(Q_i) B_i>. The
reservoirs do not act on each other's V_i where the Q_i commute. Where phases between the weights forbid that, V_h
gives i <[Q_h, Q_c] B_h B_c> to V_c, which is read off the second auxiliary matrices and taken out of the hot reservoir.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

from .hierarchy_noise import Noise, reservoir_noise
from .hierarchy_operators import Operators, dissipated, operators
from .hierarchy_tiers import Tiers
from .moment_tower import Matrix, Places, real_combinations
from .resonator_point import ResonatorPoint

_ROUNDING = 1e-16
"""Coefficients below it are 0, in units in which the frequency of a resonator is 1."""


@dataclass(frozen=True, eq=False)
class Equations:
    """Hold linear equations matrix @ unknowns = (1, 0, 0, ...), of which the first is the trace.

    Parameters
    ----------
    matrix
        Sparse and real, of (size, size).
    charges
        By how many quanta each unknown turns; what connects different ones is neglected by rotating waves.
    heat
        What reads the heat out of hot, cold and parasitic bath off the unknowns, (3, size).
    readings
        What reads other things off them, by name.
    """

    matrix: Any
    charges: Places
    heat: Array
    readings: Mapping[str, Array]


def equations(point: ResonatorPoint, depth: int, terms: int) -> Equations:
    """Set up the equations of a point; units are those of `Operators`.

    Parameters
    ----------
    depth
        Largest number of excitations of all exponentials, at least 1, or 2 where a weight has a phase.
    terms
        Number of Matsubara frequencies of each reservoir.
    """
    from scipy.sparse import diags

    own = operators(point)
    noises = [reservoir_noise(point, own, i, terms) for i in (0, 1)]
    tiers = Tiers(_hierarchy(own, noises, depth), len(own.energy))
    real = diags(tiers.scales) @ real_combinations(tiers.mates)
    back = real_combinations(tiers.mates).conj().T @ diags(1 / tiers.scales)
    matrix = (back @ tiers.matrix @ real).real.tocsr()
    matrix.data[np.abs(matrix.data) < _ROUNDING] = 0.0
    matrix.eliminate_zeros()
    readings = {name: (row @ real).real for name, row in _readings(own, tiers).items()}
    kept = _connected(matrix, readings["trace"] != 0)
    return Equations(
        matrix=_with_trace(matrix[kept][:, kept], readings["trace"][kept]),
        charges=tiers.charges[kept],
        heat=np.array([(row @ real).real[kept] for row in _heat(own, noises, tiers)]),
        readings={name: row[kept] for name, row in readings.items()},
    )


def _hierarchy(own: Operators, noises: list[Noise], depth: int) -> Any:
    """Return QuTiP's solver, which has set up the equations."""
    from qutip import Qobj, lindblad_dissipator, liouvillian, spost, spre
    from qutip.solver.heom import HEOMSolver

    system = liouvillian(Qobj(own.energy))
    for rate, jump in own.jumps:
        system = system + rate * lindblad_dissipator(Qobj(jump))
    for noise in noises:
        coupling, rest = Qobj(noise.coupling), Qobj(noise.rest)
        system = system - (spre(coupling) - spost(coupling)) * (spre(rest) - spost(rest)) / 2
    return HEOMSolver(system, [noise.bath for noise in noises], depth, options={"progress_bar": False})


def _connected(matrix: Any, some: npt.NDArray[np.bool_]) -> Places:
    """Return what is connected with some unknowns; all else is a system of its own, on which nothing depends."""
    from scipy.sparse.csgraph import connected_components

    pieces = connected_components(matrix, directed=True, connection="weak")[1]
    return np.asarray(np.flatnonzero(np.isin(pieces, pieces[some])), dtype=np.int64)


def _with_trace(matrix: Any, trace: Array) -> Any:
    """Put the trace in the place of the first equation, as the populations' equations add up to 0 = 0."""
    from scipy.sparse import csr_matrix, vstack

    return vstack([csr_matrix(trace[None]), matrix[1:]], format="csr")


def _readings(own: Operators, tiers: Tiers) -> dict[str, Matrix]:
    found = {"trace": tiers.row(np.eye(len(own.energy)))}
    numbers = [s.T @ s for s in own.ladder]
    for k, number in enumerate(numbers):
        found[f"excited {k}"] = tiers.row(number)
    if len(numbers) == 2:
        found["both"] = tiers.row(numbers[0] @ numbers[1])
        hop = own.ladder[0].T @ own.ladder[1]
        found["exchange"] = tiers.row(hop + hop.T)
    return found


def _heat(own: Operators, noises: list[Noise], tiers: Tiers) -> list[Matrix]:
    """Return the rows of `Equations.heat`, which add up to that of d<H_S>/dt."""
    parasitic = tiers.row(dissipated(own.jumps, own.energy))
    found = []
    for i, (q, lost) in enumerate(zip(own.couplings, own.lost, strict=True)):
        given = tiers.noisy_row(1j * (q @ own.energy - own.energy @ q), i)
        given = given + tiers.row(noises[i].given(own.energy))
        held = tiers.noisy_row(lost, i)
        found.append(given + held)
        parasitic = parasitic - held
    if np.iscomplexobj(own.weights):
        between = _between(own, noises, tiers)
        found = [found[0] + between, found[1] - between]
    return [*found, parasitic]


def _between(own: Operators, noises: list[Noise], tiers: Tiers) -> Matrix:
    """Return what reads i <[Q_h, Q_c] B_h B_c> off the elements; the rest of each noise counts in first order."""
    hot, cold = own.couplings
    both = tiers.noisy_row(1j * (hot @ cold - cold @ hot), 0, 1)
    return both + tiers.noisy_row(noises[0].given(cold), 1) - tiers.noisy_row(noises[1].given(hot), 0)

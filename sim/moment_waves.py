"""What waves that do not rotate, and a reservoir that knows its frequencies, add to the equations of `mode_moments`.

A coupling a+ s+ + a s turns fast. In lowest order it leaves an energy a_i+ a_j [s_k+, s_k] by which a qubit and photons
shift each other, and through which a photon goes from one mode to the other by way of a qubit, and an exchange of two
qubits by way of the vacuum of a mode (Bloch and Siegert, Phys. Rev. 57, 522; Zeuch et al., Ann. Phys. 423, 168327).
The products of a_i+ and a_j with rho, with X on its left or right, are in the tower's own operators

    c_i c_j d_ui d_vj [X, rho] + c_i / c_j (d_vj)+ ... ,

where every product is brought to raising operators on the left; what that leaves for i = j shifts qubits alone and is
part of their frequency. An occupation with an imaginary part, as the pole of a resonator has it, stirs a coupling and
its "turned" quadrature; see `valvelab.sim.resonator_corrections`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .mode_moments import MODES, commutator, coupled, first_population, left, mode_coupling, moments, right
from .moment_pattern import Moments, on_one_pattern
from .moment_tower import Matrix, Places, Tower, excitations, lowering

PAIRS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The modes i and j of a_i+ a_j."""
PARTS = ("stirred level", "level", "stirred", "deeper", "twice stirred")
"""Of a hop. The last two are those of a_i+ a_j and a_j+ a_i together, and stand where i <= j."""
_I, _J = np.array(PAIRS).T
_ONCE = np.array([0.5, 1.0, 0.0, 0.5])


@cache
def hop_name(part: str, i: int, j: int, at: str, turned: bool = False) -> str:
    """Return what a term or a reading of a_i+ a_j at a qubit or a transition is called."""
    return f"{'turned ' * turned}{part} {MODES[i]} {MODES[j]} {at}"


def hop_factors(occupations: Array, scales: Array) -> Array:
    """Return by what the parts of all pairs are multiplied beside the energy of the hop, (parts, pairs)."""
    n, other, both, over = occupations[_J], occupations[_I], scales[_I] * scales[_J], scales[_I] / scales[_J]
    return np.stack([n * over, over, n / both, _ONCE * both, _ONCE * other * n / both])


@cache
def hop_places(
    names: tuple[str, ...], labels: tuple[str, ...], turned: bool
) -> tuple[tuple[Places, ...], Places]:
    """Return which of the hops' parts are among the terms, as indices of (parts, pairs, labels), and their columns."""
    column = {name: place for place, name in enumerate(names)}
    known = [
        (part, pair, at, column[name])
        for part, what in enumerate(PARTS)
        for pair, (i, j) in enumerate(PAIRS)
        for at, label in enumerate(labels)
        if (name := hop_name(what, i, j, label, turned)) in column
    ]
    found = np.array(known, np.int64).reshape(-1, 4).T
    return tuple(found[:3]), found[3]


@cache
def wave_moments(depth: int, n_qubits: int, phases: bool) -> Moments:
    """Return what is added to `moments` of the same arguments, in the same order; the trace is added with a 0."""
    of = moments(depth, n_qubits, phases)
    tower = Tower(depth, excitations([2] * n_qubits))
    terms = {name: tower.real(term) for name, term in _terms(tower, n_qubits, phases)}
    return on_one_pattern(
        terms, tower.size, first_population(tower), _readings(tower, n_qubits, phases), of.rank
    )


def _terms(tower: Tower, n_qubits: int, phases: bool) -> Iterator[tuple[str, Any]]:
    ladder = lowering(n_qubits)
    yield from stirred_terms(tower, coupled(n_qubits, phases=True))
    for qubit, s in enumerate(ladder):
        yield from hop_terms(tower, str(qubit), s.T @ s - s @ s.T, phases)
    if n_qubits == 2:
        yield from exchange_terms(tower, "", ladder[0].T @ ladder[1], phases)
        yield from joint_terms(tower, "", ladder[0], ladder[1], phases)


def stirred_terms(tower: Tower, coupled: Mapping[str, Matrix]) -> Iterator[tuple[str, Any]]:
    """Yield name and term by which an occupation with an imaginary part stirs what is coupled, in both quadratures."""
    for i, mode in enumerate(MODES):
        for name, x in coupled.items():
            yield f"stirred {mode} {name}", mode_coupling(tower, 2 * i, x)["stirred"]


def hop_terms(tower: Tower, at: str, inversion: Array, phases: bool) -> Iterator[tuple[str, Any]]:
    """Yield name and term of all parts of -2 pi i [a_i+ a_j inversion + h.c., .]; where i = j, that twice is once."""
    for i, j in PAIRS:
        for part, (one, other) in _hop(tower, i, j, inversion).items():
            yield hop_name(part, i, j, at), -2j * np.pi * (one + other)
            if phases and i != j:
                yield hop_name(part, i, j, at, turned=True), 2 * np.pi * (one - other)


def exchange_terms(tower: Tower, at: str, hop: Array, phases: bool) -> Iterator[tuple[str, Any]]:
    """Yield name and term of -2 pi i [hop + h.c., .], and of the turned one."""
    there, back = (-2j * np.pi * commutator(x) for x in (hop, hop.T))
    return _mirrored(tower, f"exchange{at}", there, back, phases)


def joint_terms(tower: Tower, at: str, one: Array, other: Array, phases: bool) -> Iterator[tuple[str, Any]]:
    """Yield name and term of what a bath of one + other does beyond two baths of their own."""
    yield from _mirrored(tower, f"joint fall{at}", _joint(one, other), _joint(other, one), phases)
    yield from _mirrored(tower, f"joint rise{at}", _joint(other.T, one.T), _joint(one.T, other.T), phases)


def _mirrored(
    tower: Tower, name: str, first: Matrix, second: Matrix, phases: bool
) -> Iterator[tuple[str, Any]]:
    """Yield what acts on qubits alone, by z first + z* second for z = 1 and z = i."""
    from scipy.sparse import identity

    still = identity(tower.indices.shape[1], format="csr")
    yield name, tower.term(still, first + second)
    if phases:
        yield f"turned {name}", tower.term(still, 1j * (first - second))


def _hop(tower: Tower, i: int, j: int, x: Array) -> dict[str, tuple[Any, Any]]:
    """Return the parts of [a_i+ a_j x, .] beside their mirror images, which make a_j+ a_i of them."""
    (ui, vi), (uj, vj) = (tower.ladders[2 * mode : 2 * mode + 2] for mode in (i, j))
    on_left, on_right, both = left(x), right(x), commutator(x)

    def pair(of_modes: tuple[Any, Any], first: Matrix, second: Matrix) -> tuple[Any, Any]:
        return tower.term(of_modes[0], first), tower.term(of_modes[1], second)

    level, raised = (uj.T @ ui, vj.T @ vi), (vi.T @ uj.T, vj.T @ ui.T)
    found = {
        "stirred level": pair(level, both, both),
        "level": pair(level, -on_right, on_left),
        "stirred": pair((raised[0], ui.T @ vj.T), on_left, -on_right),
    }
    if i <= j:
        found |= {"deeper": pair((ui @ vj, uj @ vi), both, both), "twice stirred": pair(raised, both, both)}
    return found


def _joint(one: Array, other: Array) -> Matrix:
    """Return one rho other+ - (other+ one rho + rho other+ one) / 2."""
    number = other.T @ one
    return np.asarray(left(one) @ right(other.T) - (left(number) + right(number)) / 2)


def _readings(tower: Tower, n_qubits: int, phases: bool) -> dict[str, Array]:
    ladder = lowering(n_qubits)
    found = {"trace": tower.row((0, 0, 0, 0), np.eye(tower.levels))}
    for qubit, s in enumerate(ladder):
        found |= held_readings(tower, str(qubit), s.T @ s - s @ s.T, phases)
    if n_qubits == 2:
        found |= exchange_readings(tower, "", ladder[0].T @ ladder[1])
    return found


def held_readings(tower: Tower, at: str, inversion: Array, phases: bool) -> dict[str, Array]:
    """Return what reads <a_i+ a_j inversion> beyond that of thermal photons, i <= j, by name."""
    found = {}
    for (i, j), moment in zip(
        ((0, 0), (1, 1), (0, 1)), ((1, 1, 0, 0), (0, 0, 1, 1), (1, 0, 0, 1)), strict=True
    ):
        found[hop_name("held", i, j, at)] = tower.row(moment, inversion)
        if phases and i != j:
            found[hop_name("held", i, j, at, turned=True)] = tower.row(moment, 1j * inversion)
    return found


def exchange_readings(tower: Tower, at: str, hop: Array) -> dict[str, Array]:
    """Return what reads both quadratures of an exchange, by name."""
    qubits = (0, 0, 0, 0)
    return {
        f"exchange{at}": 2 * tower.row(qubits, hop),
        f"turned exchange{at}": 2 * tower.row(qubits, 1j * hop),
    }

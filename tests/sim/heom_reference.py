"""Brute force: the hierarchy of equations as QuTiP sets it up and solves it, with nothing scaled or left out.

Energies are in units of h UNIT and rates of 2 pi UNIT. The currents are those of the reservoirs' side, sums of
v <Q rho_v> over the first auxiliary matrices, where `hierarchy` reads them off the qubits'.
"""

import itertools

import numpy as np
import qutip
from qutip.solver.heom import HEOMSolver, UnderDampedBath
from scipy.constants import h as planck
from scipy.constants import k as boltzmann

from tests.sim.qutip_reference import bose

UNIT = 4e9
MANY = 2000
"""Terms of the series of Matsubara."""


def operators(valve):
    """Return H, s- of each qubit, what each reservoir couples to and local jumps; excited states come first."""
    number = len(valve.frequencies)

    def place(operator, at):
        return qutip.tensor([operator if k == at else qutip.qeye(2) for k in range(number)])

    ladder = [place(qutip.sigmam(), k) for k in range(number)]
    energy = sum(f / UNIT * s.dag() * s for f, s in zip(valve.frequencies, ladder, strict=True))
    if number == 2:
        hop = ladder[0].dag() * ladder[1]
        energy = energy + valve.exchange / UNIT * (hop + hop.dag())
    couplings = [coupled(row, ladder) for row in valve.weights]
    jumps, rate = [], 2 * np.pi * UNIT
    for f, s in zip(valve.frequencies, ladder, strict=True):
        gamma, n = valve.parasitic[0] / rate, bose(f, valve.parasitic[1])
        jumps += [np.sqrt(gamma * (1 + n)) * s, np.sqrt(gamma * n) * s.dag()]
        jumps.append(np.sqrt(2 * valve.dephasing / rate) * s.dag() * s)
    return energy, ladder, couplings, jumps


def coupled(weights, ladder):
    """Return sum_k weight_k s_k + h.c."""
    found = sum(w * s for w, s in zip(weights, ladder, strict=False))
    return found + found.dag()


def reservoir(valve, place, coupling, terms):
    """Return QuTiP's bath, and the spectrum at each qubit's frequency of the Matsubara frequencies beyond `terms`."""
    frequency, quality = valve.modes[place]
    own, width = frequency / UNIT, frequency / UNIT / quality
    squared = valve.rates[place] / (2 * np.pi * UNIT) * width * own / 2
    warmth = boltzmann * valve.temperatures[place] / (planck * UNIT)
    bath = UnderDampedBath(coupling, np.sqrt(squared), width, own, warmth, Nk=terms, tag=place)
    for exponent in bath.exponents[2:]:
        exponent.dim = 2
    nu = 2 * np.pi * warmth * np.arange(terms + 1, MANY)
    decay = -2 * squared * width * warmth * nu / ((own**2 + nu**2) ** 2 - (width * nu) ** 2)
    return bath, [float((decay * 2 * nu / (nu**2 + (f / UNIT) ** 2)).sum()) for f in valve.frequencies]


def commutator(operator):
    """Return [operator, .]."""
    return qutip.spre(operator) - qutip.spost(operator)


def of_transmons(ladders):
    """Return what makes `operators` of one or two transmons with levels, ground states first."""
    counts = [len(one.frequencies) + 1 for one in ladders]

    def place(operator, at):
        return qutip.tensor([operator if k == at else qutip.qeye(count) for k, count in enumerate(counts)])

    def made(valve):
        energy, lowering, jumps, rate = 0, [], [], valve.parasitic[0] / (2 * np.pi * UNIT)
        for k, ladder in enumerate(ladders):
            states = [qutip.basis(counts[k], n) for n in range(counts[k])]
            falls = [place(low * high.dag(), k) for low, high in itertools.pairwise(states)]
            heights = np.concatenate([[0.0], np.cumsum(ladder.frequencies)]) / UNIT
            energy = energy + sum(
                e * place(state * state.dag(), k) for e, state in zip(heights, states, strict=True)
            )
            lowering.append(sum(x * fall for x, fall in zip(ladder.elements, falls, strict=True)))
            for f, x, fall in zip(ladder.frequencies, ladder.elements, falls, strict=True):
                n = bose(f, valve.parasitic[1])
                jumps += [np.sqrt(rate * (1 + n)) * x * fall, np.sqrt(rate * n) * x * fall.dag()]
        return energy, lowering, [coupled(row, lowering) for row in valve.weights], jumps

    return made


def by_heom_solver(valve, depth, terms, rest=True, made=operators):
    """Return the currents [W] of both reservoirs, and the qubits' state.

    Parameters
    ----------
    terms
        Number of Matsubara frequencies that are followed.
    rest
        Whether the others are there, in second order.
    made
        What gives the operators.
    """
    energy, ladder, couplings, jumps = made(valve)
    found = [reservoir(valve, i, coupling, terms) for i, coupling in enumerate(couplings)]
    system = qutip.liouvillian(energy, jumps)
    slow = []
    for q, row, (_, spectrum) in zip(couplings, valve.weights, found, strict=True):
        slow.append(rest * coupled([w * r for w, r in zip(row, spectrum, strict=False)], ladder))
        system = system - commutator(q) * commutator(slow[-1]) / 2
    solver = HEOMSolver(system, [bath for bath, _ in found], depth, options={"progress_bar": False})
    state, matrices = solver.steady_state()
    first = [[], []]
    for k, exponent in enumerate(matrices.exponents):
        label = tuple(int(j == k) for j in range(len(matrices.exponents)))
        first[exponent.tag].append((exponent.vk, matrices.extract(label)))
    currents = []
    for i, q in enumerate(couplings):
        # What is not followed gives energy to the qubits and to what couples them with the other reservoir.
        held = [(energy, state), *((couplings[1 - i], matrix) for _, matrix in first[1 - i])]
        flow = sum(
            -(qutip.commutator(slow[i], qutip.commutator(q, what)) * matrix).tr().real / 2
            for what, matrix in held
        )
        flow -= sum((decay * (q * matrix).tr()).real for decay, matrix in first[i])
        currents.append(2 * np.pi * planck * UNIT**2 * flow)
    return np.array(currents), state

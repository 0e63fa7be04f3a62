"""The stationary state of N qubits with mpmath: every equation as it stands, and digits to waste."""

import mpmath

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim.dicke import Level, levels
from valvelab.sim.dicke_rates import collective_emission, local_emission


def exact_currents(n_qubits, frequency, hot, cold, parasitic, digits=60):
    """Return Q_h, Q_c, Q_p [W] by Eq. (22) and its like for the parasitic bath, and P_J, highest J first.

    The baths are pairs of rate and temperature.
    """
    with mpmath.workdps(digits):
        x = mpmath.mpf(PLANCK) * mpmath.mpf(frequency) / mpmath.mpf(BOLTZMANN)
        gamma = [mpmath.mpf(rate) for rate, _ in (hot, cold, parasitic)]
        n = [1 / mpmath.expm1(x / mpmath.mpf(t)) if t else mpmath.mpf(0) for _, t in (hot, cold, parasitic)]
        down = gamma[0] * (1 + n[0]) + gamma[1] * (1 + n[1])
        up = gamma[0] * n[0] + gamma[1] * n[1]
        basis = levels(n_qubits)
        index = {level: place for place, level in enumerate(basis)}
        matrix = mpmath.zeros(len(basis))
        half = mpmath.mpf(n_qubits) / 2

        def move(start, target, rate):
            if rate:
                matrix[index[target], index[start]] += rate
                matrix[index[start], index[start]] -= rate

        for level in basis:
            j, m = mpmath.mpf(level.spin), mpmath.mpf(level.inversion)
            for sign, together, alone in ((1, down, gamma[2] * (1 + n[2])), (-1, up, gamma[2] * n[2])):
                there = level.inversion - sign
                if abs(there) <= level.spin:
                    move(level, Level(level.spin, there), together * collective_emission(j, sign * m))
                for change, rate in zip((0, -1, 1), local_emission(half, j, sign * m), strict=True):
                    if rate:
                        move(level, Level(level.spin + change, there), alone * rate)
        for place in range(len(basis)):
            matrix[0, place] = 1
        population = mpmath.lu_solve(matrix, mpmath.matrix([1] + [0] * (len(basis) - 1)))
        emit = sum(
            p * collective_emission(level.spin, level.inversion)
            for p, level in zip(population, basis, strict=True)
        )
        absorb = sum(
            p * collective_emission(level.spin, -level.inversion)
            for p, level in zip(population, basis, strict=True)
        )
        excited = sum(p * (level.inversion + half) for p, level in zip(population, basis, strict=True))
        quantum = mpmath.mpf(PLANCK) * mpmath.mpf(frequency)
        currents = [quantum * gamma[i] * (n[i] * absorb - (1 + n[i]) * emit) for i in (0, 1)]
        currents.append(quantum * gamma[2] * (n[2] * (2 * half - excited) - (1 + n[2]) * excited))
        spins = [n_qubits / 2 - k for k in range(n_qubits // 2 + 1)]
        weights = [
            sum(p for p, level in zip(population, basis, strict=True) if level.spin == j) for j in spins
        ]
        return currents, weights

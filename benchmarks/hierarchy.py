"""Measure `hierarchy` beside QuTiP's own solution of the same equations, and its numbers beside known ones.

`python benchmarks/hierarchy.py` takes some three minutes and a gigabyte. The exit code is 1 where a number is off.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import os
import sys
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

from typing import NamedTuple

import numpy as np
import qutip
import table
from clock import Task, by_turns
from device import FREQUENCY, T_COLD, T_HOT, T_PARASITIC, T_PARASITIC_HOT, baths
from qutip.solver.heom import HEOMSolver

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, HeatCurrents, Resonator, hierarchy, independent, resonators
from valvelab.sim.hierarchy_noise import reservoir_noise
from valvelab.sim.hierarchy_operators import operators
from valvelab.sim.hierarchy_solution import solve_at
from valvelab.sim.resonator_point import ResonatorPoint
from valvelab.sim.resonator_problem import resonator_problem

RESULTS = Path(__file__).with_name("results")
QUALITY = 20.0
RESONATOR = Resonator(FREQUENCY, QUALITY)
UNIT = 2 * np.pi * FREQUENCY
ONE_QUBIT = {0.002: 0.9095, 0.0199: 0.6008, 0.1: 0.3295}
"""Power over the Markovian one at k_B T = 2 h f and h f / 2, by gamma in units of 2 pi f."""
DRAIN = {
    T_PARASITIC: {0.002: 1.1229, 0.02: 1.1161, 0.04: 1.1094, 0.1: 1.0912, 0.2: 1.0645, 0.4: 1.0193}
    | {1.0: 0.923, 2.0: 0.830, 2.5: 0.798},
    T_PARASITIC_HOT: {0.002: 0.9706, 0.02: 0.9648, 0.04: 0.9589, 0.1: 0.9433, 0.2: 0.9206, 0.4: 0.8827}
    | {2.5: 0.716},
}
"""-Q_c of two qubits over twice that of one, by T_p and gamma / kappa."""


class Check(NamedTuple):
    """Hold a number beside the one it should be."""

    what: str
    wanted: float
    found: float
    largest: float

    @property
    def deviation(self) -> float:
        """Relative."""
        return abs(self.found / self.wanted - 1)


def by_qutip(point: ResonatorPoint, depth: int) -> float:
    """Return the hot current [W] as QuTiP gives it, with the same equations."""
    own = operators(point)
    noises = [reservoir_noise(point, own, i, 0) for i in (0, 1)]
    system = qutip.liouvillian(qutip.Qobj(own.energy))
    for rate, jump in own.jumps:
        system = system + rate * qutip.lindblad_dissipator(qutip.Qobj(jump))
    for noise in noises:
        q, rest = qutip.Qobj(noise.coupling), qutip.Qobj(noise.rest)
        system = system - (qutip.spre(q) - qutip.spost(q)) * (qutip.spre(rest) - qutip.spost(rest)) / 2
    solver = HEOMSolver(system, [noise.bath for noise in noises], depth, options={"progress_bar": False})
    state, matrices = solver.steady_state()
    flow = np.trace(noises[0].given(own.energy) @ state.full()).real
    for k in (0, 1):
        first = matrices.extract(tuple(int(j == k) for j in range(4))).full()
        flow -= (matrices.exponents[k].vk * np.trace(own.couplings[0] @ first)).real
    return float(flow) * PLANCK * FREQUENCY * UNIT


def timing_rows() -> list[table.Row]:
    """Time Table I: at equal depth, and as it is called."""
    hot, cold, parasitic = baths()
    arguments = ((FREQUENCY,) * 2, hot, cold, parasitic, RESONATOR)
    problem = resonator_problem(*arguments, ((1.0, 1.0), (1.0, 1.0)), 0.0, 0.0)
    point = problem.of_column(problem.table[:, 0])
    rows = []
    for depth, rounds in ((6, 5), (8, 5), (10, 1)):
        tasks = {
            "ours": Task(lambda depth=depth: solve_at(point, depth, 0), rounds=5),
            "theirs": Task(lambda depth=depth: by_qutip(point, depth), rounds=rounds),
        }
        found = by_turns(tasks, 5)
        deviation = abs(by_qutip(point, depth) / solve_at(point, depth, 0).currents[0] - 1)
        job, beside = f"hierarchy, depth {depth}", "HEOMSolver(...).steady_state()"
        remark = "the same equations; QuTiP does not scale them"
        rows.append(
            table.Row(job, found["ours"], beside, found["theirs"], None, None, deviation, 1e-7, remark)
        )
    whole = by_turns({"ours": Task(lambda: hierarchy(*arguments))}, 7)["ours"]
    rows.append(table.Row("hierarchy, Table I to 1e-4", whole, at_most=3.0, remark="as it is called"))
    return rows


def one_qubit() -> list[Check]:
    """Compare the power of one qubit with the Markovian one."""
    checks = []
    for share, wanted in ONE_QUBIT.items():
        hot, cold = (Bath(share * UNIT, x * PLANCK * FREQUENCY / BOLTZMANN) for x in (2.0, 0.5))
        power = hierarchy((FREQUENCY,), hot, cold, None, RESONATOR).currents.hot
        found = float(power / independent(1, FREQUENCY, hot, cold).hot)
        checks.append(Check(f"one qubit over Markov, gamma = {share:g} x 2 pi f", wanted, found, 0.01))
    return checks


def drain_enhancements() -> list[Check]:
    """Compare the enhancement at the drain."""
    checks = []
    for warmth, values in DRAIN.items():
        for ratio, wanted in values.items():
            gamma, tolerance = ratio * UNIT / QUALITY, 1e-4 if ratio < 1 else 1e-3
            given = Bath(gamma, T_HOT), Bath(gamma, T_COLD), Bath(0.02 * gamma, warmth), RESONATOR
            two, one = (hierarchy((FREQUENCY,) * n, *given, tolerance=tolerance).currents for n in (2, 1))
            what = f"drain enhancement, T_p = {1e3 * warmth:.0f} mK, gamma / kappa = {ratio:g}"
            largest = 0.003 if ratio <= 0.4 else 0.01
            checks.append(Check(what, wanted, float(two.cold / one.cold / 2), largest))
    return checks


def random_devices(count: int, detuning: float) -> tuple[float, float, float]:
    """Return how far `resonators` is off at most, also in units of 1.5 / Q^2 + 2 |f_k - f_i| / f_i, and corrected.

    The rule: Q from 15 to 60 and gamma / kappa from 0.01 to 0.5, both drawn on a logarithmic scale, temperatures from
    where the experiment is, weights from 0.6 to 1.3 with either sign at the drain, 0.02 gamma of parasitic bath,
    and each qubit up to `detuning` linewidths from its resonators at 4 GHz.
    """
    random, worst = np.random.default_rng(0), [0.0, 0.0, 0.0]
    for number in range(count):
        quality = np.exp(random.uniform(np.log(15), np.log(60)))
        gammas = UNIT / quality * np.exp(random.uniform(np.log(0.01), np.log(0.5), 2))
        frequencies = FREQUENCY * (1 + detuning * random.uniform(-1, 1, 1 + number % 2) / quality)
        hot, cold = Bath(gammas[0], random.uniform(0.2, 0.5)), Bath(gammas[1], random.uniform(0.05, 0.15))
        given = hot, cold, Bath(0.02 * gammas[0], random.uniform(0.02, 0.45)), Resonator(FREQUENCY, quality)
        weights = {
            "weights_hot": random.uniform(0.6, 1.3, 2),
            "weights_cold": random.uniform(0.6, 1.3, 2) * random.choice([-1, 1], 2),
        }
        exact = flows(hierarchy(frequencies, *given, tolerance=2e-5, **weights).currents)
        apart, corrected = (
            np.abs(flows(one.currents) - exact).max() / np.abs(exact).max()
            for one in (
                resonators(frequencies, *given, tolerance=2e-5, corrected=kind, **weights)
                for kind in (False, True)
            )
        )
        bound = 1.5 / quality**2 + 2 * np.abs(frequencies / FREQUENCY - 1).max()
        worst = [max(pair) for pair in zip(worst, (apart, apart / bound, corrected), strict=True)]
    return worst[0], worst[1], worst[2]


def flows(currents: HeatCurrents) -> np.ndarray:
    """Return all three currents."""
    return np.array([currents.hot, currents.cold, currents.parasitic])


def main() -> int:
    """Print everything, and say whether all numbers are as they should be."""
    rows = timing_rows()
    print(table.write(rows, RESULTS, "hierarchy"))
    checks = one_qubit() + drain_enhancements()
    print("| number | wanted | found | off by | at most |\n|---|---|---|---|---|")
    for one in checks:
        print(f"| {one.what} | {one.wanted} | {one.found:.4f} | {one.deviation:.2%} | {one.largest:.1%} |")
    print()
    wrong = [one for one in checks if one.deviation > one.largest]
    for detuning, largest in ((0.0, 0.002), (0.5, 0.002), (8.0, 0.02)):
        plain, share, worst = random_devices(20, detuning)
        said = f"{plain:.2%} of the largest current, {share:.2f} of 1.5 / Q^2 + 2 |f_k - f_i| / f_i"
        print(
            f"20 random devices, up to {detuning} linewidths off resonance: `resonators` is off by {said}, "
            f"corrected by {worst:.2%}"
        )
        if worst > largest or (share > 1 and detuning < 1):
            wrong.append(Check("resonators", 0.0, worst, largest))
    return 1 if wrong or not all(row.agrees for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())

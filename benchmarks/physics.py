"""Measure valvelab's physics beside QuTiP, in one run and on the same points: python benchmarks/physics.py."""

# ruff: noqa: E402  (the thread count must be set before numpy is imported)

import math
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import qutip

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, SteadyState, collective, pair

HOT, COLD, RESONATOR = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Resonator(4e9, 20)
PARASITIC = Bath(0.01e9, 0.05)
UNIT = 1e9  # QuTiP's matrices are in units of 1e9 1/s
REPEATS = 7


@dataclass
class Row:
    """Hold one line of the table."""

    task: str
    method: str
    points: int
    seconds_per_point: float
    remark: str


def median_time(task: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median wall time of a task [s], after one call to warm up."""
    task()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def ladder() -> list[qutip.Qobj]:
    """Return s_- of both qubits."""
    return [qutip.tensor(qutip.sigmam(), qutip.qeye(2)), qutip.tensor(qutip.qeye(2), qutip.sigmam())]


def local_jumps(frequencies: tuple[float, float], bath: Bath) -> list[qutip.Qobj]:
    """Return the parasitic collapse operators."""
    jumps = []
    for frequency, lower in zip(frequencies, ladder(), strict=True):
        n = float(bath.occupation(frequency))
        rate = float(bath.rate) / UNIT
        jumps += [np.sqrt(rate * (1 + n)) * lower, np.sqrt(rate * n) * lower.dag()]
    return jumps


def spectrum(bath: Bath) -> Callable[[float], float]:
    """Return the bath's spectral rate in QuTiP's units."""

    def rate(w: float) -> float:
        if w == 0:
            return 0.0
        f = abs(w) * UNIT / (2 * np.pi)
        n = float(bath.occupation(f))
        return float(bath.rate * RESONATOR.filter(f)) / UNIT * (n + 1 if w > 0 else n)

    return rate


def qutip_pair(frequencies: tuple[float, float]) -> float:
    """Return -Q_c [W] of one pixel: Bloch-Redfield tensor, stationary state, current."""
    hamiltonian = sum(
        2 * np.pi * f / UNIT * lower.dag() * lower for f, lower in zip(frequencies, ladder(), strict=True)
    )
    coupling = sum(lower + lower.dag() for lower in ladder())
    c_ops = local_jumps(frequencies, PARASITIC)

    def tensor(baths: list[Bath], jumps: list[qutip.Qobj]) -> qutip.Qobj:
        a_ops = [[coupling, spectrum(bath)] for bath in baths]
        return qutip.bloch_redfield_tensor(hamiltonian, a_ops, c_ops=jumps, sec_cutoff=-1, fock_basis=True)

    rho = qutip.steadystate(tensor([HOT, COLD], c_ops))
    cold = tensor([COLD], []) - qutip.liouvillian(hamiltonian)
    flow = qutip.vector_to_operator(cold * qutip.operator_to_vector(rho))
    return -PLANCK * UNIT**2 / (2 * np.pi) * (hamiltonian * flow).tr().real


def qutip_collective(t_parasitic: float) -> float:
    """Return -Q_c [W] of two resonant qubits: public default, rotating frame."""
    down = sum(ladder())
    jumps = local_jumps((4e9, 4e9), Bath(PARASITIC.rate, t_parasitic))
    for bath in (HOT, COLD):
        n = float(bath.occupation(4e9))
        jumps += [
            np.sqrt(float(bath.rate) / UNIT * (1 + n)) * down,
            np.sqrt(float(bath.rate) / UNIT * n) * down.dag(),
        ]
    return drain(qutip.steadystate(0 * down, jumps))


def drain(rho: qutip.Qobj) -> float:
    """Return -Q_c [W] of a state of two resonant qubits."""
    down, n = sum(ladder()), float(COLD.occupation(4e9))
    gained = n * (down * down.dag() * rho).tr().real - (1 + n) * (down.dag() * down * rho).tr().real
    return -PLANCK * 4e9 * float(COLD.rate) * gained


def tuned_collective() -> Callable[[float], float]:
    """Return the same with all that does not change computed once, and a bare dense solve for the state."""
    down, locals_ = sum(ladder()), ladder()

    def dissipator(operator: qutip.Qobj) -> np.ndarray:
        return qutip.lindblad_dissipator(operator).full()

    fixed = np.zeros((16, 16), complex)
    for bath in (HOT, COLD):
        n, rate = float(bath.occupation(4e9)), float(bath.rate) / UNIT
        fixed += rate * (1 + n) * dissipator(down) + rate * n * dissipator(down.dag())
    emit = float(PARASITIC.rate) / UNIT * sum(dissipator(lower) for lower in locals_)
    absorb = float(PARASITIC.rate) / UNIT * sum(dissipator(lower.dag()) for lower in locals_)
    n = float(COLD.occupation(4e9))
    observable = (n * down * down.dag() - (1 + n) * down.dag() * down).full().T.reshape(-1, order="F")
    scale = -PLANCK * 4e9 * float(COLD.rate)
    trace, right = np.eye(4).reshape(-1), np.eye(16)[0]

    def evaluate(t_parasitic: float) -> float:
        n_p = 1 / math.expm1(PLANCK * 4e9 / (BOLTZMANN * t_parasitic))
        liouvillian = fixed + (1 + n_p) * emit + n_p * absorb
        liouvillian[0] = trace
        return scale * float((observable @ np.linalg.solve(liouvillian, right)).real)

    return evaluate


def pair_rows() -> tuple[list[Row], float]:
    """Measure a map of 101 x 51 pixels against QuTiP on a few dozen of them."""
    first, second = np.linspace(3.5e9, 4.5e9, 101), np.linspace(3e9, 5e9, 51)

    def ours() -> SteadyState:
        return pair((first[:, None], second), HOT, COLD, PARASITIC, resonator=RESONATOR)

    seconds = median_time(ours)
    picked = np.random.default_rng(0).choice(first.size * second.size, 36, replace=False)
    pixels = [np.unravel_index(k, (first.size, second.size)) for k in picked]
    times, found = [], []
    qutip_pair((first[0], second[0]))
    for i, j in pixels:
        start = time.perf_counter()
        found.append(qutip_pair((first[i], second[j])))
        times.append(time.perf_counter() - start)
    drains = -ours().currents.cold
    deviation = max(abs(drains[pixel] / value - 1) for pixel, value in zip(pixels, found, strict=True))
    size = first.size * second.size
    slow = statistics.median(times)
    return [
        Row("map 101 x 51", "valvelab pair", size, seconds / size, f"{seconds * 1e3:.1f} ms in all"),
        Row(
            "",
            "qutip per pixel",
            len(pixels),
            slow,
            f"{slow * size:.0f} s in all, extrapolated from {len(pixels)}",
        ),
    ], float(deviation)


def collective_rows() -> tuple[list[Row], float]:
    """Measure 1e5 parasitic temperatures at N = 2 against QuTiP on some of them."""
    temperatures = np.linspace(0.02, 0.5, 100_000)

    def ours() -> SteadyState:
        return collective(2, 4e9, HOT, COLD, Bath(PARASITIC.rate, temperatures))

    seconds = median_time(ours)
    public, tuned = temperatures[::10_000], temperatures[::50]
    fast = tuned_collective()
    exact = -ours().currents.cold
    slow = median_time(lambda: [qutip_collective(t) for t in public], repeats=3) / public.size
    bare = median_time(lambda: [fast(t) for t in tuned], repeats=3) / tuned.size
    deviations = [abs(exact[k * 50] / fast(t) - 1) for k, t in enumerate(tuned)]
    deviations += [abs(exact[k * 10_000] / qutip_collective(t) - 1) for k, t in enumerate(public)]
    size = temperatures.size
    return [
        Row(
            "N = 2, 1e5 points", "valvelab collective", size, seconds / size, f"{seconds * 1e3:.1f} ms in all"
        ),
        Row("", "qutip L, bare solve", tuned.size, bare, f"{bare * size:.1f} s in all, extrapolated"),
        Row("", "qutip default", public.size, slow, f"{slow * size:.0f} s in all, extrapolated"),
    ], float(max(deviations))


def main() -> None:
    """Print the table."""
    print(f"{'task':<18} {'method':<20} {'points':>7} {'us/point':>11} {'ratio':>9}  remark")
    for rows, deviation in (pair_rows(), collective_rows()):
        for row in rows:
            ratio = row.seconds_per_point / rows[0].seconds_per_point
            micro = row.seconds_per_point * 1e6
            print(
                f"{row.task:<18} {row.method:<20} {row.points:>7} {micro:>11.3f} {ratio:>9.0f}  {row.remark}"
            )
        print(f"{'':<18} largest relative deviation of -Q_c: {deviation:.1e}")
    print(
        "Medians of wall time, one thread. QuTiP's tensor keeps the non-secular terms that `pair` leaves out."
    )


if __name__ == "__main__":
    main()

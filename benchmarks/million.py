"""Solve a million qubits at a parasitic temperature [K]; print times, peak memory and a check as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from clock import Task, by_turns
from device import FREQUENCY, T_COLD, T_HOT, baths, drain, rates

from valvelab.sim import collective
from valvelab.sim.spin_sectors import SectorRates, solve

N_QUBITS = 1_000_000


def peak_memory() -> int | None:
    """Return the most memory that this process has held [bytes], None where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's ru_maxrss begins with what the parent held when it started us
        found = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(found["VmHWM"].split()[0]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def drain_of_populations(t_parasitic: float) -> float:
    """Return -Q_c [W] from <J_+ J_-> and <J_- J_+>, where `collective` uses the balance with the other baths."""
    state = solve(N_QUBITS, SectorRates(*rates(T_HOT, T_COLD, t_parasitic)))
    size = np.diff(state.start)
    i = np.arange(state.start[-1]) - np.repeat(state.start[:-1], size)
    length = np.repeat(N_QUBITS - 2.0 * (state.first + np.arange(len(size))), size)
    population = state.population * np.repeat(state.weight, size)
    emitted, absorbed = population @ (i * (length - i + 1)), population @ ((length - i) * (i + 1))
    return drain(float(emitted), float(absorbed), T_COLD)


def main() -> None:
    """Measure and print."""
    t_parasitic = float(sys.argv[1])
    collective(300, FREQUENCY, *baths(t_parasitic=t_parasitic))  # loads the compiled code
    before = peak_memory()
    task = Task(lambda: collective(N_QUBITS, FREQUENCY, *baths(t_parasitic=t_parasitic)))
    seconds = by_turns({"ours": task}, 5)["ours"].seconds
    peak = peak_memory()
    found = -float(collective(N_QUBITS, FREQUENCY, *baths(t_parasitic=t_parasitic)).currents.cold)
    deviation = abs(drain_of_populations(t_parasitic) / found - 1)
    print(json.dumps({"seconds": seconds, "before": before, "peak": peak, "deviation": deviation}))


if __name__ == "__main__":
    main()

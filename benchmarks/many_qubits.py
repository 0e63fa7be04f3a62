"""Many qubits with a parasitic bath beside PIQS and SciPy, and a million of them beside nothing."""

import json
import subprocess
import sys
from pathlib import Path

import piqs_comparators as others
from clock import Task, Timing, by_turns
from device import FREQUENCY, T_COLD, T_HOT, T_PARASITIC, T_PARASITIC_HOT, baths, rates
from table import Row

from valvelab.sim import collective
from valvelab.sim.spin_sectors import SectorRates, solve

_SINGLE_PRECISION = 1e-5
_PARASITIC = {"cold": T_PARASITIC, "hot": T_PARASITIC_HOT}
_REPEAT = 100
"""Calls in a row: what is asked for in a loop finds its code in the processor's cache."""
_TARGETS = {30: 150, 100: 200, 500: 400}
_DENSE_ROW_UP_TO = 100
"""Beyond it the full row fills the factors: gigabytes and tens of seconds."""


def _our_drain(n_qubits: int, t_parasitic: float) -> float:
    return -float(collective(n_qubits, FREQUENCY, *baths(t_parasitic=t_parasitic)).currents.cold)


def pim_rows(n_qubits: int, parasitic: str) -> list[Row]:
    """Measure one point beside PIQS's rate equation, built and solved, and solved alone."""
    t_parasitic = _PARASITIC[parasitic]
    given = rates(T_HOT, T_COLD, t_parasitic)
    matrix = others.pim_matrix(n_qubits, given)
    small = n_qubits <= _DENSE_ROW_UP_TO
    solvers = {"fixed": lambda matrix: others.with_fixed_level(matrix, n_qubits)}
    if small:
        solvers["dense"] = others.with_dense_row
    tasks = {
        "ours": Task(lambda: _our_drain(n_qubits, t_parasitic), repeat=_REPEAT),
        "built": Task(lambda: solvers["fixed"](others.pim_matrix(n_qubits, given)), rounds=3 if small else 1),
    }
    tasks |= {name: Task(lambda call=call: call(matrix)) for name, call in solvers.items()}
    found = by_turns(tasks, 7 if small else 3)
    drain = _our_drain(n_qubits, t_parasitic)
    deviation = {
        name: abs(others.population_drain(n_qubits, call(matrix), T_COLD) / drain - 1)
        for name, call in solvers.items()
    }
    ways = [
        ("built", "piqs.Pim(...).coefficient_matrix() + splu", _TARGETS[n_qubits], "one level fixed, MMD"),
        ("fixed", "- splu alone, matrix given", None, "one level fixed, MMD"),
        ("dense", "- spsolve alone, matrix given", None, "normalisation as a full row"),
    ]
    job = f"N = {n_qubits}, {parasitic} parasitic bath"
    return [
        Row(
            job,
            found["ours"],
            beside,
            found[name],
            at_least=target,
            deviation=deviation["fixed" if name == "built" else name],
            remark=remark,
        )
        for name, beside, target, remark in ways
        if name in found
    ]


def dicke_rows() -> list[Row]:
    """Measure N = 12 beside PIQS's whole Liouvillian."""
    given = rates(T_HOT, T_COLD, T_PARASITIC)
    answers: list[float] = []
    tasks = {
        "ours": Task(lambda: _our_drain(12, T_PARASITIC), repeat=20),
        "theirs": Task(lambda: answers.append(others.dicke_drain(12, given, T_COLD))),
    }
    found = by_turns(tasks, 3)
    deviation = max(abs(answer / _our_drain(12, T_PARASITIC) - 1) for answer in answers)
    remark = "GMRES to 1e-9; `direct` finds it singular, `eigen` takes longer; built in single precision"
    beside = "piqs.Dicke(...).liouvillian() + steadystate"
    return [
        Row(
            "N = 12, cold parasitic bath",
            found["ours"],
            beside,
            found["theirs"],
            None,
            10_000,
            deviation,
            _SINGLE_PRECISION,
            remark,
        )
    ]


def thousand_rows() -> list[Row]:
    """Measure a thousand qubits, no level left out, beside a sparse LU of the same rate equation."""
    rows = []
    for parasitic, t_parasitic in _PARASITIC.items():
        given = rates(T_HOT, T_COLD, t_parasitic)
        matrix = others.vectorised_matrix(1000, given)
        tasks = {
            "ours": Task(lambda given=given: solve(1000, SectorRates(*given), everything=True)),
            "truncated": Task(lambda given=given: solve(1000, SectorRates(*given)), repeat=5),
            "theirs": Task(lambda matrix=matrix: others.with_fixed_level(matrix, 1000), rounds=2),
        }
        found = by_turns(tasks, 9)
        population = others.with_fixed_level(matrix, 1000)
        j, m = others.levels(1000)
        excited = float(population @ (m + 500))
        deviation, short = (
            abs(solve(1000, SectorRates(*given), everything=whole).excited / excited - 1)
            for whole in (True, False)
        )
        job, beside = f"N = 1000, all levels, {parasitic}", "scipy splu, MMD, matrix given"
        rows += [
            Row(job, found["ours"], at_most=30e-3, remark=f"{j.size} levels"),
            Row(job, found["ours"], beside, found["theirs"], deviation=deviation),
            Row(
                f"N = 1000, levels that count, {parasitic}",
                found["truncated"],
                beside,
                found["theirs"],
                deviation=short,
            ),
        ]
    return rows


def million_rows() -> list[Row]:
    """Measure a million qubits in a process of their own, whose memory nothing else has used."""
    rows = []
    for parasitic, t_parasitic in _PARASITIC.items():
        script = str(Path(__file__).with_name("million.py"))
        printed = subprocess.run(  # noqa: S603 # our own script
            [sys.executable, script, str(t_parasitic)], capture_output=True, text=True, check=True
        ).stdout
        found = json.loads(printed)
        peak = "peak memory not known here"
        if found["peak"] is not None:
            verdict = "met" if found["peak"] < 300e6 else "not met"
            peak = (
                f"peak {found['peak'] / 1e6:.0f} MB, {found['before'] / 1e6:.0f} before (≤ 300 MB: {verdict})"
            )
        rows.append(
            Row(
                f"N = 10⁶, {parasitic} parasitic bath",
                Timing(found["seconds"]),
                "nothing that we know of",
                at_most=0.3,
                deviation=found["deviation"],
                remark=peak,
            )
        )
    return rows

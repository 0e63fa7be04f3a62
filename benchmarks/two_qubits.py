"""Two qubits beside QuTiP: a million points, one point, a map of a detuned pair."""

from collections.abc import Callable, Sequence
from itertools import cycle
from typing import NamedTuple

import numpy as np
import qutip_comparators as others
from clock import Task, by_turns
from device import FREQUENCY, T_COLD, T_HOT, T_PARASITIC, baths
from numpy.typing import NDArray
from table import Row

from valvelab.sim import Resonator, collective, pair

MILLION = 1_000_000
_SEED = 0
_SAME = 1e-11
_NON_SECULAR = 1e-3
"""QuTiP's tensor keeps the non-secular terms that `pair` leaves out."""


class Comparator(NamedTuple):
    """Hold a way to use QuTiP: its name, the call, how many points of a round it gets, the target ratio."""

    name: str
    call: Callable[[others.Temperatures], float]
    points: int
    at_least: float | None


def comparators(public: float | None, tuned: float | None) -> list[Comparator]:
    """List the ways to use QuTiP, from the plain call down to its bare matrices."""
    return [
        Comparator("qutip.steadystate", others.public, 2, public),
        Comparator("- CoreOptions bypassed, dense", others.tuned("dense"), 20, tuned),
        Comparator("- CoreOptions bypassed, csr", others.tuned("csr"), 20, None),
        Comparator("- and superoperators precomputed", others.precomputed(), 40, None),
        Comparator("its matrices in numpy.linalg.solve", others.bare(), 100, None),
    ]


def batch_rows(
    job: str, temperatures: Sequence[NDArray[np.float64] | float], ways: list[Comparator]
) -> list[Row]:
    """Measure a million points, and QuTiP on some of them."""
    given, columns = baths(*temperatures), np.broadcast_arrays(*temperatures)
    picked = np.random.default_rng(_SEED).choice(MILLION, 100, replace=False)
    points = [tuple(float(column[k]) for column in columns) for k in picked]
    tasks = {
        "ours": Task(lambda: collective(2, FREQUENCY, *given), MILLION),
        "and baths": Task(lambda: collective(2, FREQUENCY, *baths(*temperatures)), MILLION),
    }
    for way in ways:
        tasks[way.name] = Task(
            lambda way=way: [way.call(point) for point in points[: way.points]], way.points
        )
    found = by_turns(tasks, 15)
    drains = -collective(2, FREQUENCY, *given).currents.cold[picked]
    rows = [
        Row(job, found["ours"], at_most=30e-9, remark="baths given"),
        Row(job, found["and baths"], remark="temperatures given: every one is checked"),
    ]
    for way in ways:
        pairs = zip(points[: way.points], drains, strict=False)
        rows.append(
            Row(
                job,
                found["ours"],
                way.name,
                found[way.name],
                at_least=way.at_least,
                deviation=max(abs(way.call(point) / drain - 1) for point, drain in pairs),
                tolerance=_SAME,
                remark=f"per point, extrapolated from {way.points}",
            )
        )
    return rows


def million_rows() -> list[Row]:
    """Measure a million points with all three temperatures, or T_p alone, different at every point."""
    random = np.random.default_rng(_SEED)
    drawn = [random.uniform(*span, MILLION) for span in ((0.2, 0.5), (0.05, 0.2), (0.02, 0.5))]
    return [
        *batch_rows("N = 2, 10⁶ points, all T vary", drawn, comparators(300_000, 4_000)),
        *batch_rows("N = 2, 10⁶ points, T_p varies", (T_HOT, T_COLD, drawn[2]), comparators(None, None)[:2]),
    ]


def point_rows() -> list[Row]:
    """Measure one point through the public functions, the baths included."""
    job, point, ways = "N = 2, one point", (T_HOT, T_COLD, T_PARASITIC), comparators(300, 2)
    tasks = {"ours": Task(lambda: collective(2, FREQUENCY, *baths(*point)), repeat=100)}
    tasks |= {way.name: Task(lambda way=way: way.call(point), repeat=way.points) for way in ways}
    found = by_turns(tasks, 21)
    drain = -float(collective(2, FREQUENCY, *baths(*point)).currents.cold)
    rows = [Row(job, found["ours"], at_most=50e-6, remark="three baths and the call")]
    for way in ways:
        deviation = abs(way.call(point) / drain - 1)
        rows.append(Row(job, found["ours"], way.name, found[way.name], None, way.at_least, deviation, _SAME))
    return rows


def map_rows() -> list[Row]:
    """Measure a map of 101 x 51 pixels, and QuTiP on some of them."""
    first, second = np.linspace(3.5e9, 4.5e9, 101), np.linspace(3e9, 5e9, 51)
    given, resonator = baths(), Resonator(FREQUENCY, others.QUALITY)
    size, some = first.size * second.size, 40
    picked = np.random.default_rng(_SEED).choice(size, some, replace=False)
    pixels = [np.unravel_index(k, (first.size, second.size)) for k in picked]
    turn = cycle(pixels)

    def next_pixel() -> float:
        i, j = next(turn)
        return others.bloch_redfield(first[i], second[j])

    tasks = {
        "ours": Task(lambda: pair((first[:, None], second), *given, resonator=resonator)),
        "theirs": Task(next_pixel),
    }
    found = by_turns(tasks, some)
    drains = -pair((first[:, None], second), *given, resonator=resonator).currents.cold
    deviations = [abs(others.bloch_redfield(first[i], second[j]) / drains[i, j] - 1) for i, j in pixels]
    theirs = found["theirs"].times(size)
    called = f"bloch_redfield_tensor, sec_cutoff=-1; extrapolated from {some} pixels"
    job, deviation = "pair, 101 x 51 pixels", max(deviations)
    return [
        Row(job, found["ours"], at_most=20e-3, remark="the whole map"),
        Row(
            job, found["ours"], "qutip per pixel", theirs, None, 9_000, deviation, _NON_SECULAR, remark=called
        ),
    ]

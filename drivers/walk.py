"""Walk one source or several together from where they stand to where they are wanted."""

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from valvelab.errors import RunError

from .source_gate import SourceGate

_FUZZ = 1e-6
"""Share of the resolution within which a level counts as a multiple of it."""
_MOST_STEPS = 1_000_000


@contextmanager
def held(gates: Sequence[SourceGate]) -> Iterator[None]:
    """Hold the lines of several sources, always in the same order, so that two walks cannot block each other."""
    with ExitStack() as stack:
        for gate in sorted(gates, key=lambda gate: id(gate.seal)):
            stack.enter_context(gate.seal.lock)
        yield


def walk(moves: Sequence[tuple[SourceGate, float]]) -> None:
    """Move sources together, in proportional steps, each within its own step and rate.

    All targets are checked before anything moves. A source that is found outside its window is brought towards it.
    Whatever interrupts a walk leaves every source where it is.

    Parameters
    ----------
    moves
        Gates and their targets [unit of the source].

    Raises
    ------
    LimitError
        If a target must not be given; nothing has moved then.
    RunError
        If a source does not answer, or does not arrive.
    """
    wanted = [(gate, gate.demand(target)) for gate, target in moves]
    gates = [gate for gate, _ in wanted]
    with _moving(gates):
        turning = [gate.turning_point(target) for gate, target in wanted]
        if any(level is not None for level in turning):
            stays = [
                gate.present if level is None else level for gate, level in zip(gates, turning, strict=True)
            ]
            _leg(list(zip(gates, stays, strict=True)), final=False)
        _leg(wanted, final=True)
        for gate, target in wanted:
            gate.settle(target)


def come_home(gate: SourceGate) -> None:
    """Bring a source to zero, or to the edge of its window that is nearest to zero, from anywhere."""
    low, high = gate.window
    home = min(max(0.0, low), high)
    with _moving([gate]):
        _leg([(gate, home)], final=True)
        gate.demand_arrival(home)


@contextmanager
def _moving(gates: Sequence[SourceGate]) -> Iterator[None]:
    """Begin from what the boxes answer, and stop all of them where they are if anything goes wrong."""
    with held(gates):
        for gate in gates:
            gate.begin()
        try:
            yield
        except BaseException:
            for gate in gates:
                gate.stop()
            raise


def staircase(start: float, target: float, resolution: float, count: int) -> list[float]:
    """Return levels between two, the last one being the target and the others multiples of a resolution.

    Parameters
    ----------
    start, target
        Ends of the way.
    resolution
        What levels are multiples of.
    count
        Number of levels.

    Returns
    -------
    Levels, shape (count,), never back nor beyond; steps are as equal as multiples can be.

    Examples
    --------
    >>> staircase(0.0, 1.0, 0.25, 3)
    [0.25, 0.5, 1.0]
    """
    first, last, sign = _multiples(start, target, resolution)
    levels = [sign * resolution * (first + (last - first) * step // count) for step in range(1, count)]
    low, high = min(start, target), max(start, target)
    return [*(min(max(level, low), high) for level in levels), target]


def _multiples(start: float, target: float, resolution: float) -> tuple[int, int, int]:
    """Return the multiples of the resolution just behind the start and just beyond the target, along the way."""
    sign = 1 if target >= start else -1
    return (
        math.floor(sign * start / resolution + _FUZZ),
        math.ceil(sign * target / resolution - _FUZZ),
        sign,
    )


def _count(gate: SourceGate, target: float) -> int:
    """Return the number of steps that a source needs."""
    first, last, _ = _multiples(gate.present, target, gate.resolution)
    largest = math.floor(gate.maximum_step / gate.resolution + _FUZZ)
    count = max(1, math.ceil((last - first) / largest))
    if count > _MOST_STEPS:
        raise RunError(
            f"{gate.name}: must stand near its window, the box answers {gate.present:.9g} {gate.unit}, {count} steps "
            "away; check the instrument"
        )
    return count


def _leg(moves: Sequence[tuple[SourceGate, float]], *, final: bool) -> None:
    count = max(_count(gate, target) for gate, target in moves)
    if len(moves) == 1 and count > 1 and moves[0][0].hardware_ramp is not None:
        _ramp(*moves[0])
        return
    stairs = [staircase(gate.present, target, gate.resolution, count) for gate, target in moves]
    for number, levels in enumerate(zip(*stairs, strict=True), start=1):
        closing = final and number == count
        steps = [
            (gate, level)
            for (gate, _), level in zip(moves, levels, strict=True)
            if closing or level != gate.present
        ]
        for gate, level in steps:
            gate.wait(level)
        for gate, level in steps:
            gate.send(level)


def _ramp(gate: SourceGate, target: float) -> None:
    """Ramp by hardware, in as many pieces as its longest ramp asks for."""
    assert gate.hardware_ramp is not None  # noqa: S101 # checked by the caller
    duration = abs(target - gate.present) / gate.ramp_rate
    pieces = math.ceil(duration / gate.hardware_ramp.longest * (1 + 1e-9))
    for level in staircase(gate.present, target, gate.resolution, pieces):
        gate.ramp(level)

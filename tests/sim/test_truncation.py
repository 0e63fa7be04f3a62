from dataclasses import dataclass

import numpy as np
import pytest

from valvelab.sim.truncation import checked_tolerance, deepen


@dataclass(frozen=True)
class Solved:
    depth: int
    currents: np.ndarray


def series(ratio, start=1.0):
    """Return a solver whose currents approach (1, -1) W like a geometric series."""
    return lambda depth: Solved(depth, np.array([1.0, -1.0]) * (1 + start * ratio**depth))


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.8])
def test_the_error_is_not_less_than_what_is_left(ratio):
    found, error, stands = deepen(series(ratio), range(2, 200, 2), 1e-6)
    assert stands and abs(found.currents[0] - 1) <= error <= 1e-6
    _, _, sooner = deepen(series(ratio), range(2, found.depth, 2), 1e-6)
    assert not sooner


def test_two_equal_solutions_are_not_enough():
    found, error, stands = deepen(series(0.0), range(2, 20, 2), 1e-6)
    assert (found.depth, error, stands) == (6, 0.0, True)


def test_a_change_after_none_is_not_trusted():
    changes = iter([1.0, 1.0, 1.01, 1.01, 1.01])
    found, error, _ = deepen(lambda depth: Solved(depth, np.array([next(changes)])), range(2, 8, 2), 1e-6)
    assert found.depth == 6 and error >= 0.01


def test_what_grows_does_not_stand():
    found, error, stands = deepen(series(1.2, 0.1), range(2, 12, 2), 1e-2)
    assert found.depth == 10 and error > 1e-2 and not stands


def test_small_currents_are_measured_by_what_they_are_small_beside():
    found, error, _ = deepen(series(0.5), range(2, 200, 2), 1e-6)
    sooner, less, stands = deepen(series(0.5), range(2, 200, 2), 1e-6, least=1e3)
    assert stands and sooner.depth < found.depth and less < 1e-6
    # Where nothing flows nothing is wrong.
    nothing, error, stands = deepen(lambda depth: Solved(depth, np.zeros(3)), range(2, 20, 2), 1e-6)
    assert (nothing.depth, error, stands) == (6, 0.0, True)


@pytest.mark.parametrize("tolerance", [0.0, 0.2, np.nan, [1e-3, 1e-4]])
def test_a_tolerance_that_cannot_be_met_is_an_error(tolerance):
    with pytest.raises(ValueError, match="`tolerance` must be"):
        checked_tolerance(tolerance)

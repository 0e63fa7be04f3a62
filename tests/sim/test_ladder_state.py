import numpy as np
import pytest

from valvelab.sim.ladder_state import from_ground, stationary

TWO = np.array([[-1.0, 2.0], [1.0, -2.0]])
"""Rates between two levels, of which the first is the ground state; the stationary state is (2/3, 1/3)."""
APART = np.kron(np.eye(2), TWO)
SWAP = np.kron(np.array([[-3.0, 1.0], [3.0, -1.0]]), np.eye(2))
"""Rates between two pairs of levels: 1/4 of the time in the first."""


def test_a_unique_state_is_found():
    assert stationary(TWO[None], np.ones(2))[0] == pytest.approx([2 / 3, 1 / 3], rel=1e-14, abs=0)
    assert from_ground(TWO[None], np.ones(2))[0] == pytest.approx([2 / 3, 1 / 3], rel=1e-14, abs=0)


def test_of_two_states_the_one_that_is_reached_from_the_ground_state_is_taken():
    found = from_ground(APART[None], np.ones(4))[0]
    assert found == pytest.approx([2 / 3, 1 / 3, 0, 0], rel=1e-13, abs=1e-15)


def test_what_is_infinitely_slow_decides_between_states():
    found = from_ground(APART[None], np.ones(4), SWAP[None])[0]
    assert found == pytest.approx([2 / 12, 1 / 12, 6 / 12, 3 / 12], rel=1e-13, abs=0)
    slow = stationary((APART + 1e-6 * SWAP)[None], np.ones(4))[0]
    assert found == pytest.approx(slow, rel=1e-5, abs=0)


def test_a_state_that_rounding_would_decide_is_an_error():
    with pytest.raises(ValueError, match="one stationary state"):
        stationary(APART[None], np.ones(4))
    with pytest.raises(ValueError, match="one stationary state"):
        from_ground((APART + 1e-10 * SWAP)[None], np.ones(4))
    with pytest.raises(ValueError, match="one stationary state"):
        from_ground(APART[None], np.ones(4), 0 * SWAP[None])

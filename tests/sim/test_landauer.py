import numpy as np
import pytest
from scipy.constants import h, hbar, k

from valvelab.sim import Bath, landauer_heat
from valvelab.sim.landauer import minima


def test_what_passes_everything_carries_the_quantum_of_heat_conductance():
    expected = np.pi * k**2 * (0.384**2 - 0.096**2) / (12 * hbar)
    assert landauer_heat(np.ones_like, 0.384, 0.096) == pytest.approx(expected, rel=1e-9, abs=0)


def test_heat_turns_with_the_temperatures_and_stops_where_they_are_equal():
    def passed(f):
        return 1 / (1 + (f / 4e9) ** 2)

    there = landauer_heat(passed, 0.384, 0.096)
    assert landauer_heat(passed, 0.096, 0.384) == pytest.approx(-there, rel=1e-12, abs=0)
    assert landauer_heat(passed, 0.2, 0.2) == 0
    assert landauer_heat(passed, 0.0, 0.0) == 0
    assert landauer_heat(passed, 0.0, 0.1) < 0


@pytest.mark.parametrize("width", [1e8, 1e5, 1e3])
@pytest.mark.parametrize("told", [True, False])
def test_a_narrow_resonance_is_found(width, told):
    heat = landauer_heat(
        lambda f: 1 / (1 + ((f - 4e9) / width) ** 2), 0.384, 0.096, resonances=[4e9] if told else []
    )
    difference = float(Bath(0.0, 0.384).occupation(4e9) - Bath(0.0, 0.096).occupation(4e9))
    # To first order of the width, beside a share of a few widths over the frequency in its wings.
    assert heat == pytest.approx(h * 4e9 * difference * np.pi * width, rel=5 * width / 4e9 + 1e-8, abs=0)


def test_what_cannot_be_integrated_is_an_error():
    with pytest.raises(ValueError, match="`transmission` must be finite"):
        landauer_heat(lambda f: np.full_like(f, np.nan), 0.384, 0.096)
    with pytest.raises(ValueError, match="`transmission` must be finite and smooth"):
        landauer_heat(lambda f: np.random.default_rng(1).random(f.shape), 0.384, 0.096)
    with pytest.raises(ValueError, match="`resonances` must be above 0 Hz"):
        landauer_heat(np.ones_like, 0.384, 0.096, resonances=[-1.0])
    with pytest.raises(ValueError, match="`hot_temperature`"):
        landauer_heat(np.ones_like, -0.384, 0.096)


def test_zeros_are_found_alone_and_in_pairs():
    zeros = np.array([1.2345678e9, 3e9, 3e9 + 2e6, 4.5e9 + 1])
    found = minima(lambda f: np.abs(np.prod([f - zero for zero in zeros], axis=0)) / 1e30, 6e9)
    assert found == pytest.approx(zeros, rel=0, abs=300)


def test_where_nothing_resonates_nothing_is_found():
    assert minima(lambda f: 1 / f, 1e10).size == 0

import numpy as np
import pytest

from valvelab.sim import Ladder, transmon_levels


def test_a_ladder_of_a_transmon_has_its_transitions_and_charges():
    found = transmon_levels(12.5e9, 250e6, levels=4)
    ladder = Ladder.exact(found)
    assert ladder.levels == 4 and ladder.shape == ()
    assert ladder.frequencies[0] == pytest.approx(float(found.frequency), rel=1e-12, abs=0)
    assert ladder.frequencies[1] - ladder.frequencies[0] == pytest.approx(
        float(found.anharmonicity), rel=1e-9, abs=0
    )
    assert ladder.elements[1] == pytest.approx(found.charge[1, 2] / found.charge[0, 1], rel=1e-12, abs=0)


def test_a_stiff_transmon_is_an_oscillator():
    stiff = Ladder.exact(transmon_levels(2e6 * 250e6 / 2.5, 250e6, levels=5))
    assert stiff.elements == pytest.approx(np.sqrt([1, 2, 3, 4]), rel=1e-3, abs=0)


def test_ladders_of_a_batch():
    flux = np.linspace(0, 0.3, 3)
    assert Ladder.exact(transmon_levels(14e9, 200e6, flux=flux)).shape == (3,)
    ladder = Ladder.anharmonic(4e9, np.full((2, 1), -2e8), 5)
    assert ladder.shape == (2, 1) and ladder.levels == 5
    assert ladder.frequencies[0, 0] == pytest.approx(4e9 - 2e8 * np.arange(4), rel=1e-15, abs=0)


def test_a_ladder_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="`levels` must be at most 6"):
        Ladder.anharmonic(4e9, -240e6, 7)
    with pytest.raises(ValueError, match="`levels` must be an integer and at least 2"):
        Ladder.anharmonic(4e9, -240e6, 1)
    with pytest.raises(ValueError, match="`frequencies` must be above 0 Hz"):
        Ladder.anharmonic(4e9, -2e9, 4)
    with pytest.raises(ValueError, match="`frequencies` and `elements` must both"):
        Ladder([4e9, 3.8e9], [1.0])
    with pytest.raises(ValueError, match="`found` must hold 5 levels, but holds 3"):
        Ladder.exact(transmon_levels(12.5e9, 250e6), 5)

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


@pytest.mark.parametrize("ratio", [5.1, 8.0, 22.5, 60.0])
def test_a_transmon_is_tuned_to_its_exact_frequency(ratio):
    found = Ladder.of_transmon(np.array([ratio, 2 * ratio]) * 178e6, 178e6, 5)
    assert found.frequencies[:, 0] == pytest.approx(np.array([ratio, 2 * ratio]) * 178e6, rel=1e-11, abs=0)
    assert found.shape == (2,) and np.all(found.frequencies > 0)


def test_a_tuned_transmon_has_the_anharmonicity_of_perturbation_theory():
    # -E_C (1 + (9/4) sqrt(E_C / 8 E_J) ...), Didier et al., PRA 97, 022330 (2018), with xi = sqrt(2 E_C / E_J).
    josephson, charging = 40e9, 100e6
    xi = np.sqrt(2 * charging / josephson)
    frequency = float(transmon_levels(josephson, charging).frequency)
    found = Ladder.of_transmon(frequency, charging, 3).frequencies
    assert found[1] - found[0] == pytest.approx(-charging * (1 + 9 * xi / 16), rel=5e-3, abs=0)


def test_what_is_no_transmon_any_more_is_refused():
    with pytest.raises(ValueError, match="`frequency` must be above 5 times `charging_energy`"):
        Ladder.of_transmon(0.8e9, 178e6)
    with pytest.raises(ValueError, match="`levels` must be at most 6"):
        Ladder.of_transmon(4e9, 178e6, 7)

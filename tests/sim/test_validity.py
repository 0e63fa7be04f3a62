import numpy as np
import pytest

from valvelab.sim import (
    LEVELS_BOUND,
    MARKOV_BOUND,
    Bath,
    Ladder,
    Resonator,
    independent,
    levels,
    resonators,
    validity,
)


def test_table_1_is_far_outside_the_range_of_the_master_equation():
    found = validity(Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Resonator(4e9, 20))
    # 2 x 0.5e9 x (2 x 1.541 + 1 + 2 x 0.1565 + 1) / (2 pi 4e9 / 20)
    assert found.broadening == pytest.approx(4.2946, rel=0, abs=1e-3)
    assert found.strength == pytest.approx(0.5e9 / (2 * np.pi * 4e9), rel=1e-12, abs=0)
    assert not found.markovian and found.weak
    assert found.sentence.startswith("N sum gamma_i (2 n_i + 1) / kappa_i = 4.3, above 0.2: the resonators")


@pytest.mark.parametrize("share", [0.01, 0.02])
def test_the_first_number_is_twice_what_a_qubit_falls_short_of_the_markovian_power(share):
    hot, cold, resonator = Bath(share * 0.5e9, 0.384), Bath(share * 0.5e9, 0.096), Resonator(4e9, 20)
    ratio = resonators((4e9,), hot, cold, None, resonator).currents.hot / independent(1, 4e9, hot, cold).hot
    found = validity(hot, cold, resonator, n_qubits=1)
    assert found.broadening <= MARKOV_BOUND and found.markovian
    assert 1 - ratio == pytest.approx(float(found.broadening) / 2, rel=0.1, abs=0)


def test_each_reservoir_has_its_own_resonator_and_arrays_broadcast():
    hot, cold = Bath(np.array([1e6, 0.5e9, 3e9]), 0.0), Bath(0.0, 0.0)
    found = validity(hot, cold, (Resonator(4e9, 20), Resonator(6e9, 5)), n_qubits=1)
    assert found.broadening == pytest.approx(hot.rate * 20 / (2 * np.pi * 4e9), rel=1e-12, abs=0)
    assert not found.weak and "is doubtful; take `hierarchy`. " in found.sentence
    assert found.possible
    strongest = validity(Bath(2 * np.pi * 4e9, 0.1), Bath(1e6, 0.1), Resonator(4e9, 20))
    assert not strongest.possible and "not below 1: no rung holds; check the units" in strongest.sentence
    alone = validity(Bath(1e6, 0.0), cold, Resonator(4e9, 20))
    assert alone.markovian and "a Markovian master equation holds" in alone.sentence


def test_a_resonator_without_quality_factor_is_an_error():
    with pytest.raises(ValueError, match=r"`resonator.quality_factor` must be above 0"):
        validity(Bath(1e6, 0.1), Bath(1e6, 0.1), Resonator(4e9, 0))


@pytest.mark.parametrize("warmth", [0.06, 0.1, 0.2, 0.384])
def test_what_is_above_a_qubit_is_estimated_as_an_oscillator_and_less_in_a_transmon(warmth):
    hot, cold, parasitic = Bath(1e7, warmth), Bath(1e7, 0.03), Bath(2e5, 0.03)
    found = validity(hot, cold, Resonator(4e9, 20), anharmonicity=-198e6)
    transmon = Ladder.of_transmon(4e9, 178e6, 5)
    state = levels((transmon, transmon), hot, cold, parasitic, resonator=Resonator(4e9, 20), equation="gkls")
    assert 0.5 * found.beyond_qubit < state.beyond_qubit[0] < found.beyond_qubit
    assert found.two_level == (found.beyond_qubit <= LEVELS_BOUND)
    # h / k_B = 0.04799243 K/GHz
    assert found.anharmonicity == pytest.approx(0.04799243 * 0.198 / warmth, rel=1e-6, abs=0)


@pytest.mark.parametrize("warmth", [0.07, 0.15, 0.384])
def test_powers_of_qubits_are_off_by_as_much_as_the_bound_says(warmth):
    hot, cold, parasitic = Bath(1e7, warmth), Bath(1e7, 0.03), Bath(2e5, 0.03)
    wide = Resonator(4e9, 3)
    powers = []
    for count in (2, 5):
        transmon = Ladder.of_transmon(4e9, 178e6, count)
        state = levels((transmon, transmon), hot, cold, parasitic, resonator=wide, equation="gkls")
        powers.append(float(state.currents.cold))
    root = float(validity(hot, cold, wide).beyond_qubit) ** 0.5
    assert 1.0 * root < powers[1] / powers[0] - 1 < 1.45 * root


def test_the_sentence_says_whether_levels_matter():
    cold = validity(Bath(1e5, 0.03), Bath(1e5, 0.02), Resonator(4e9, 20))
    assert cold.two_level and cold.sentence.endswith("within 0.001: it is a qubit.")
    warm = validity(Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Resonator(4e9, 20), anharmonicity=178e6)
    assert (
        "about 0.21 (h |alpha| = 0.022 k_B T_h), above 0.001: it is no qubit; take "
        "`resonator_levels` (the rung 'transmons'), which has slow resonators as well." in warm.sentence
    )
    assert validity(Bath(0.0, 0.384), Bath(0.0, 0.1), Resonator(4e9, 20)).beyond_qubit == 0

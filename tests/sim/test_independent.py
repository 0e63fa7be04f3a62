import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.qutip_reference import collective_answer
from valvelab.constants import PLANCK
from valvelab.sim import Bath, Resonator, detuned, independent

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.3e9, 0.096), Bath(0.01e9, 0.05)


def test_without_a_parasitic_bath_it_is_eq_26():
    n_h, n_c = float(HOT.occupation(4e9)), float(COLD.occupation(4e9))
    expected = (
        3 * PLANCK * 4e9 * 0.5e9 * 0.3e9 * (n_h - n_c) / (0.3e9 * (2 * n_c + 1) + 0.5e9 * (2 * n_h + 1))
    )
    currents = independent(3, 4e9, HOT, COLD)
    assert float(currents.hot) == pytest.approx(expected, rel=1e-14, abs=0)
    assert float(currents.cold) == pytest.approx(-expected, rel=1e-14, abs=0)
    assert currents.parasitic == 0
    assert float(currents.paper) == pytest.approx(expected, rel=1e-14, abs=0)


def test_one_qubit_agrees_with_brute_force():
    currents = independent(1, 5e9, HOT, COLD, PARASITIC)
    exact = collective_answer(1, 5e9, (0.5e9, 0.384), (0.3e9, 0.096), (0.01e9, 0.05))
    assert [currents.hot, currents.cold, currents.parasitic] == pytest.approx(
        exact.currents, rel=1e-11, abs=0
    )


def test_detuned_qubits_are_single_qubits_with_filtered_rates():
    resonator = Resonator(4e9, 20)
    currents = detuned((4e9, 2.5e9), HOT, COLD, PARASITIC, resonator)
    factor = float(resonator.filter(2.5e9))
    on = collective_answer(1, 4e9, (0.5e9, 0.384), (0.3e9, 0.096), (0.01e9, 0.05))
    off = collective_answer(1, 2.5e9, (0.5e9 * factor, 0.384), (0.3e9 * factor, 0.096), (0.01e9, 0.05))
    total = on.currents + off.currents
    assert [currents.hot, currents.cold, currents.parasitic] == pytest.approx(total, rel=1e-10, abs=0)


def test_equal_frequencies_in_a_flat_spectrum_are_independent_qubits():
    one, other = detuned((4e9, 4e9), HOT, COLD, PARASITIC, None), independent(2, 4e9, HOT, COLD, PARASITIC)
    assert float(one.hot) == pytest.approx(float(other.hot), rel=1e-15, abs=0)


@given(temperature=st.floats(0, 10), n_qubits=st.integers(1, 9))
def test_equal_temperatures_carry_no_heat_at_all(temperature, n_qubits):
    baths = (Bath(0.5e9, temperature), Bath(0.3e9, temperature), Bath(0.01e9, temperature))
    for currents in (independent(n_qubits, 4e9, *baths), detuned((4e9, 2e9), *baths, Resonator(4e9, 20))):
        assert currents.hot == currents.cold == currents.parasitic == 0


@given(
    temperatures=st.tuples(*[st.floats(0, 2)] * 3),
    rates=st.tuples(*[st.floats(0, 1e10)] * 3),
    frequency=st.floats(1e9, 1e10),
)
def test_currents_sum_to_zero_whatever_the_baths(temperatures, rates, frequency):
    hot, cold, parasitic = (Bath(rate, t) for rate, t in zip(rates, temperatures, strict=True))
    currents = independent(2, frequency, hot, cold, parasitic)
    flows = np.array([currents.hot, currents.cold, currents.parasitic])
    assert np.all(np.isfinite(flows))
    assert abs(flows.sum()) <= 1e-14 * np.abs(flows).sum()


def test_results_have_the_broadcast_shape():
    currents = independent(2, np.full((4, 1), 4e9), HOT, COLD, Bath(0.01e9, np.linspace(0, 0.4, 3)))
    assert currents.hot.shape == currents.cold.shape == currents.parasitic.shape == (4, 3)
    currents = detuned((np.full((4, 1), 4e9), np.full(3, 3e9)), HOT, COLD, None, None)
    assert currents.hot.shape == currents.parasitic.shape == (4, 3)


@pytest.mark.parametrize("n_qubits", [0, -1, 1.0, 2.5, "2", None, True])
def test_the_number_of_qubits_must_be_a_positive_integer(n_qubits):
    with pytest.raises(ValueError, match="`n_qubits` must be an integer and at least 1"):
        independent(n_qubits, 4e9, HOT, COLD)


@pytest.mark.parametrize("frequencies", [4e9, (4e9,), (4e9, 4e9, 4e9), None, (4e9, -1.0)])
def test_two_positive_frequencies_are_needed(frequencies):
    with pytest.raises(ValueError, match="`frequencies`"):
        detuned(frequencies, HOT, COLD, None, None)

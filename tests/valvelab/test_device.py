"""What is known of a device."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim import preset

PAPER = preset("paper")
temperatures = st.floats(0.01, 0.6)


@given(temperatures, temperatures)
def test_the_electron_temperature_is_the_inverse_of_the_electron_phonon_power(electrons, phonons):
    power = PAPER.drain.electron_phonon_power(electrons, phonons)
    assert float(PAPER.drain.electron_temperature(power, phonons)) == pytest.approx(electrons, rel=1e-6)


def test_the_electron_phonon_power_has_the_known_size():
    # 20 pW/K^5 at 100 mK against a very cold bath: 2e-11 x 1e-5.
    assert float(PAPER.drain.electron_phonon_power(0.1, 0.0)) == pytest.approx(2e-16)


@given(st.floats(0, 1e-11))
def test_the_heater_voltage_is_the_inverse_of_its_power(power):
    heater = PAPER.source.heater
    assert float(heater.power(heater.source_voltage(power))) == pytest.approx(power, rel=1e-12)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_coil_currents_are_the_inverse_of_fluxes(first, second):
    fluxes = np.array([first, second])
    np.testing.assert_allclose(PAPER.flux.fluxes(PAPER.flux.coil_currents(fluxes)), fluxes, atol=1e-12)


def test_crosstalk_acts_row_by_row_in_flux():
    current = np.array([1e-3, 0.0])
    np.testing.assert_allclose(PAPER.flux.fluxes(current), [4.35 + 0.02, 6.62 - 0.11])


def test_a_qubit_of_unknown_frequency_says_so():
    with pytest.raises(ValueError, match="maximum_frequency of this qubit must be known"):
        preset("aalto2026").qubits[0].frequency(0.0)

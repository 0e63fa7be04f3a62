"""What is known of a device."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.configuration import load_configuration
from valvelab.constants import BOLTZMANN
from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.sim import preset, preset_path, sinis_voltage

PAPER = preset("paper")
temperatures = st.floats(0.01, 0.6)


@given(temperatures, temperatures)
def test_the_electron_temperature_is_the_inverse_of_the_electron_phonon_power(electrons, phonons):
    power = PAPER.drain.electron_phonon_power(electrons, phonons)
    assert float(PAPER.drain.electron_temperature(power, phonons)) == pytest.approx(
        electrons, rel=1e-6, abs=0
    )


def test_the_electron_phonon_power_has_the_known_size():
    # 20 pW/K^5 at 100 mK against a very cold bath: 2e-11 x 1e-5.
    assert float(PAPER.drain.electron_phonon_power(0.1, 0.0)) == pytest.approx(2e-16, rel=1e-6, abs=0)


@given(st.one_of(st.just(0.0), st.floats(1e-30, 1e-11)))
def test_the_heater_voltage_is_the_inverse_of_its_power(power):
    heater = PAPER.source.heater
    assert float(heater.power(heater.source_voltage(power))) == pytest.approx(power, rel=1e-12, abs=0)


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


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "gap: 205 ueV",
            "gap: 205 eV",
            "source.thermometer.gap: must be a gap between 10 ueV and 5 meV, found 205 eV",
        ),
        (
            "178 MHz",
            "178 GHz",
            "7:6: qubits.1.charging_energy: must be a charging energy over h between 1 MHz",
        ),
        (
            "1 nW/K^5",
            "20e30 W/K^5",
            "source.electron_phonon_coupling: must be an electron-phonon coupling between",
        ),
        (
            "bias_current: 100 pA",
            "bias_current: 100 nA",
            "source.thermometer.bias_current: must be at most 2 gap /",
        ),
        (
            "source_temperature: 384 mK",
            "source_temperature: 50 mK",
            "must be above drain_temperature, 96 mK, found 50 mK",
        ),
        (
            "- [6.62 Phi0/mA, 11.59 Phi0/mA]",
            "- [6.62 Phi0/mA]",
            "flux.matrix.2: must be two fluxes per current",
        ),
        ("offset: [0.02 Phi0, -0.11 Phi0]", "offset: 0.02 Phi0", "flux.offset: must be a list of two fluxes"),
        (
            "offset: [0.02 Phi0, -0.11 Phi0]",
            "offset: [0.02 Phi0, -0.11 Phi0]\n  offset_error: [0.1 mPhi0, -0.1 mPhi0]",
            "flux.offset_error.2: must be an error of a flux between 0 Phi0 and 100 mPhi0, found -0.1 mPhi0",
        ),
        (
            "quality_factor: 20",
            "quality_factor: 20 GHz",
            "resonator.quality_factor: must be a number, found '20 GHz'",
        ),
        (
            "6.62 Phi0/mA, 11.59 Phi0/mA",
            "8.70 Phi0/mA, -0.42 Phi0/mA",
            "flux.matrix: must let both fluxes be set",
        ),
    ],
)
def test_a_wrong_device_is_answered_at_its_line(tmp_path, old, new, words):
    text = preset_path("paper").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "device.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(tmp_path / "device.yaml", Device)
    assert words in str(caught.value), str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


fluxes = st.floats(-3, 3)


@given(st.tuples(fluxes, fluxes), st.tuples(fluxes, fluxes))
def test_the_nearest_fluxes_mean_the_same_frequencies_and_no_equivalent_ones_are_nearer(asked, present):
    found = PAPER.flux.nearest_fluxes(asked, present)
    for qubit, wanted, here, one in zip(PAPER.qubits, asked, present, found, strict=True):
        assert float(qubit.frequency(one)) == pytest.approx(float(qubit.frequency(wanted)), rel=1e-9, abs=0)
        distance = min(abs(here - (sign * wanted + n)) for sign in (1, -1) for n in range(-7, 8))
        assert abs(one - here) <= distance + 1e-3 + 1e-9


def test_of_two_fluxes_equally_near_the_one_that_needs_less_current_is_taken():
    at_the_top = PAPER.flux.nearest_fluxes([0.3, 0.3], [1e-5, -1e-5])
    np.testing.assert_array_equal(at_the_top, [0.3, -0.3])  # the offsets are 0.02 and -0.11
    assert PAPER.flux.nearest_fluxes([[0.3, 0.3], [0.2, 0.2]], [1.0, 0.0]).shape == (2, 2)


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(-3, 3))
def test_the_smallest_currents_are_found_however_far_the_offset_is(first, second, shift):
    moved = PAPER.flux.model_copy(update={"offset": (0.02 + shift, -0.11 - shift)})
    here, there = (np.abs(flux.smallest_coil_currents((first, second))).max() for flux in (PAPER.flux, moved))
    assert there == pytest.approx(here, rel=1e-6, abs=1e-15)


def test_a_thermometer_shows_its_offset_and_its_leak():
    made = PAPER.drain.thermometer
    shifted = made.model_copy(update={"broadening": 1e-4, "offset": 2e-6})
    temperature = np.array([0.06, 0.1, 0.2])
    voltage = shifted.voltage(temperature)
    pair = sinis_voltage(made.bias_current, temperature, made.gap, made.resistance, 1e-4)
    np.testing.assert_allclose(voltage, 2e-6 + pair, rtol=1e-14)
    np.testing.assert_allclose(shifted.temperature(voltage), temperature, rtol=1e-9)
    assert (voltage < 2e-6 + made.voltage(temperature)).all()


@pytest.mark.parametrize("broadening", [0.0, 1e-3])
def test_a_thermometer_reads_just_what_lies_between_its_voltages(broadening):
    made = PAPER.drain.thermometer.model_copy(update={"broadening": broadening, "offset": -3e-6})
    low, high = made.voltages
    assert float(made.temperature(low)) == pytest.approx(made.gap / (1.764 * BOLTZMANN), rel=1e-6, abs=0)
    assert 0 < float(made.temperature(high - 1e-9)) < 0.06
    for outside in (low - 1e-9, high + 1e-9):
        with pytest.raises(ValueError, match="`voltage` must be from"):
            made.temperature(outside)

"""The dispersion of a transmon."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab import transmon


def _exact(flux, charging_energy, junctions):
    """Diagonalise the charge-basis Hamiltonian of a SQUID with two junctions, offset charge 0."""
    charge = np.arange(-40, 41)
    josephson = junctions[0] * np.exp(1j * np.pi * flux) + junctions[1] * np.exp(-1j * np.pi * flux)
    matrix = np.diag(4.0 * charging_energy * charge**2).astype(complex)
    off = np.full(80, -josephson / 2)
    matrix += np.diag(off, 1) + np.diag(off.conj(), -1)
    levels = np.linalg.eigvalsh(matrix)
    return levels[1] - levels[0]


@pytest.mark.parametrize("flux", [0.0, 0.1, 0.25, -0.3])
def test_the_dispersion_follows_the_charge_basis_to_the_order_it_is_asymptotic_in(flux):
    charging, total, asymmetry = 178e6, 31e9, 0.17
    junctions = total * np.array([(1 + asymmetry) / 2, (1 - asymmetry) / 2])
    maximum = np.sqrt(8 * total * charging) - charging
    found = transmon.frequency(flux, charging, maximum, asymmetry)
    # The next term of the expansion is of the order E_C sqrt(E_C / E_J).
    assert found == pytest.approx(
        _exact(flux, charging, junctions), abs=0.5 * charging * np.sqrt(charging / 4e9)
    )


@given(st.floats(0.0, 0.5), st.floats(0.01, 0.9))
def test_the_inverse_returns_the_flux(flux, asymmetry):
    qubit = (178e6, 6.5e9, asymmetry)
    back = transmon.flux(transmon.frequency(flux, *qubit), *qubit)
    # Frequencies are flat at the sweet spots, so compare them, not the fluxes.
    assert transmon.frequency(back, *qubit) == pytest.approx(
        float(transmon.frequency(flux, *qubit)),
        rel=1e-12,
        abs=0,
    )


def test_the_dispersion_is_even_and_has_period_one():
    flux = np.linspace(-0.5, 0.5, 11)
    there = transmon.frequency(flux, 178e6, 6.5e9, 0.05)
    np.testing.assert_allclose(there, transmon.frequency(-flux, 178e6, 6.5e9, 0.05), rtol=1e-14)
    np.testing.assert_allclose(there, transmon.frequency(flux + 3, 178e6, 6.5e9, 0.05), rtol=1e-12)


@given(st.floats(-1.5, 1.5), st.floats(0.01, 0.9))
def test_the_slope_is_the_limit_of_differences(flux, asymmetry):
    qubit, step = (178e6, 6.5e9, asymmetry), 1e-6
    up, down = (transmon.frequency(flux + sign * step, *qubit) for sign in (1, -1))
    found = transmon.frequency_slope(flux, *qubit)
    assert found == pytest.approx(float(up - down) / (2 * step), rel=1e-5, abs=1e5)


def test_the_lowest_frequency_is_that_of_the_smaller_effective_junction():
    lowest = transmon.minimum_frequency(178e6, 6.5e9, 0.05)
    assert lowest == pytest.approx(np.sqrt(0.05) * (6.5e9 + 178e6) - 178e6, rel=1e-6, abs=0)


@pytest.mark.parametrize("frequency", [6.6e9, 1.0e9, np.nan])
def test_a_frequency_out_of_reach_is_refused_with_the_range(frequency):
    with pytest.raises(ValueError, match=r"between 1\.31\d* GHz and 6\.5 GHz"):
        transmon.flux(frequency, 178e6, 6.5e9, 0.05)

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import factorial, mathieu_a, mathieu_b

from valvelab.sim import charge_dispersion, transmon_levels

EC = 178e6
RATIOS = st.floats(0.1, 300.0)
OFFSETS = st.floats(-1.5, 1.5)


def exact(ratio, offset_charge, levels, cutoff=24):
    """Energies in E_C of the infinite matrix, by mpmath with 30 digits."""
    with mpmath.workdps(30):
        matrix = mpmath.zeros(2 * cutoff + 1)
        for k in range(2 * cutoff + 1):
            matrix[k, k] = 4 * (k - cutoff - mpmath.mpf(offset_charge)) ** 2
            if k:
                matrix[k, k - 1] = matrix[k - 1, k] = -mpmath.mpf(ratio) / 2
        values = mpmath.eigsy(matrix, eigvals_only=True)
        return np.array([float(values[k]) for k in range(levels)])


@settings(max_examples=40, deadline=None)
@given(ratio=RATIOS)
def test_at_integer_and_half_integer_charge_the_levels_are_mathieu_s(ratio):
    # y'' + (a - 2 q cos 2x) y = 0 with phi = 2 x, a = E / E_C, q = -E_J / 2 E_C; the sign of q swaps odd a and b.
    # scipy's orders from 3 on step to another branch at some q, so the levels above have their own test below.
    q = ratio / 2
    periodic = [mathieu_a(0, q), mathieu_b(2, q), mathieu_a(2, q)]
    antiperiodic = [mathieu_b(1, q), mathieu_a(1, q)]
    found = transmon_levels(ratio * EC, EC).energies / EC
    assert found == pytest.approx(np.array(periodic), rel=1e-9, abs=1e-9)
    found = transmon_levels(ratio * EC, EC, 0.5).energies / EC
    assert found[:2] == pytest.approx(np.array(antiperiodic), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("ratio", [0.3, 20.0, 174.0])
def test_at_any_charge_the_levels_are_those_of_thirty_digits(ratio):
    found = transmon_levels(ratio * EC, EC, 0.37, levels=5).energies / EC
    assert found == pytest.approx(exact(ratio, 0.37, 5), rel=1e-12, abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(
    ratio=RATIOS,
    offset_charge=OFFSETS,
    asymmetry=st.floats(0, 1),
    flux=st.floats(-1, 1),
    shift=st.integers(-3, 3),
)
def test_the_spectrum_is_periodic_and_even_in_charge_and_flux(ratio, offset_charge, asymmetry, flux, shift):
    here = transmon_levels(ratio * EC, EC, offset_charge, asymmetry=asymmetry, flux=flux)
    there = transmon_levels(ratio * EC, EC, -offset_charge + shift, asymmetry=asymmetry, flux=shift - flux)
    assert there.energies == pytest.approx(here.energies, rel=1e-9, abs=1e-9 * EC)


@settings(max_examples=30, deadline=None)
@given(ratio=RATIOS, offset_charge=st.floats(-0.45, 0.45))
def test_the_charges_obey_the_sum_rule(ratio, offset_charge):
    # sum_m (E_m - E_0) |<m|n|0>|^2 = <[n, [H, n]]> / 2 = <E_J cos phi> / 2, and <cos phi> = -dE_0 / dE_J.
    found = transmon_levels(ratio * EC, EC, offset_charge, levels=25)
    left = ((found.energies - found.energies[0]) * found.charge[0] ** 2).sum()
    step = 1e-4 * ratio
    ends = transmon_levels((ratio + np.array([step, -step])) * EC, EC, offset_charge).energies[:, 0]
    assert left == pytest.approx(
        -ratio * (ends[0] - ends[1]) / (2 * step) / 2, rel=1e-6, abs=1e-6 * ratio * EC
    )


@settings(max_examples=30, deadline=None)
@given(ratio=RATIOS, offset_charge=OFFSETS)
def test_the_mean_charge_is_the_slope_of_the_energy(ratio, offset_charge):
    step = 1e-4
    found = transmon_levels(ratio * EC, EC, offset_charge)
    ends = transmon_levels(ratio * EC, EC, offset_charge + np.array([step, -step])).energies[:, 0]
    # dE_0 / dn_g = -8 E_C (<n> - n_g)
    slope = (ends[0] - ends[1]) / (2 * step) / EC
    assert found.charge[0, 0] == pytest.approx(offset_charge - slope / 8, abs=1e-4)


def test_two_frames_of_a_squid_give_the_same_levels():
    flux, asymmetry, ratio = 0.3, 0.4, 60.0
    n = np.arange(-30, 31)
    hop = np.cos(np.pi * flux) + 1j * asymmetry * np.sin(np.pi * flux)
    matrix = np.diag(4.0 * (n - 0.2) ** 2).astype(complex)
    matrix += np.diag(np.full(60, -ratio / 2 * hop), -1) + np.diag(np.full(60, -ratio / 2 * hop.conj()), 1)
    found = transmon_levels(ratio * EC, EC, 0.2, asymmetry=asymmetry, flux=flux, levels=4)
    assert found.energies / EC == pytest.approx(np.linalg.eigvalsh(matrix)[:4], rel=1e-11, abs=0)


def test_scqubits_gives_the_same_levels_and_charges():
    scqubits = pytest.importorskip("scqubits")
    random = np.random.default_rng(3)
    for _ in range(5):
        ratio, asymmetry, flux, offset_charge = random.uniform([20, 0, -0.4, -0.5], [120, 0.5, 0.4, 0.5])
        qubit = scqubits.TunableTransmon(
            EJmax=ratio * 0.178, EC=0.178, d=asymmetry, flux=flux, ng=offset_charge, ncut=40, truncated_dim=5
        )
        found = transmon_levels(ratio * EC, EC, offset_charge, asymmetry=asymmetry, flux=flux, levels=4)
        assert found.energies / 1e9 == pytest.approx(qubit.eigenvals(4), rel=1e-11, abs=0)
        charge = np.abs(qubit.matrixelement_table("n_operator", evals_count=4))
        assert np.abs(found.charge) == pytest.approx(charge, abs=1e-12)


def test_without_junctions_the_levels_are_those_of_charges():
    found = transmon_levels(0.0, EC, 0.2, levels=5)
    charges = np.array([0, 1, -1, 2, -2])
    assert found.energies / EC == pytest.approx(4 * (charges - 0.2) ** 2, rel=1e-13, abs=0)
    assert np.diag(found.charge) == pytest.approx(charges, abs=1e-13)


def test_a_small_junction_splits_degenerate_charges_by_its_energy():
    found = transmon_levels(1e-3 * EC, EC, 0.5)
    assert found.frequency == pytest.approx(1e-3 * EC, rel=1e-6, abs=0)
    assert found.charge[0, 1] == pytest.approx(0.5, rel=1e-6, abs=0)


@pytest.mark.parametrize("ratio", [50.0, 100.0, 400.0, 1600.0])
def test_a_large_ratio_is_a_harmonic_oscillator_with_the_paper_s_shift(ratio):
    found, small = transmon_levels(ratio * EC, EC), np.sqrt(1 / ratio)
    # The next orders in sqrt(E_C / E_J); the charge is that of A8, sqrt(hbar / 2 Z_T) / 2e.
    assert found.asymptotic_frequency == pytest.approx((np.sqrt(8 * ratio) - 1) * EC, rel=1e-14, abs=0)
    assert 0.3 * small < found.asymptotic_error / EC < 0.45 * small
    assert found.anharmonicity / EC == pytest.approx(-1, abs=1.2 * small)
    harmonic = (ratio / 32) ** 0.25
    assert 0.15 * small < 1 - found.charge[0, 1] / harmonic < 0.2 * small
    assert found.charge[0, 1] ** 2 == pytest.approx(found.frequency / (16 * EC), rel=0.03 / ratio, abs=0)


def test_the_dispersion_approaches_that_of_koch_et_al():
    ratio, k = np.array([20.0, 40.0, 60.0])[:, None], np.arange(2)
    asymptote = (-1.0) ** k * EC * 2 ** (4 * k + 5) / factorial(k) * np.sqrt(2 / np.pi)
    asymptote = asymptote * (ratio / 2) ** (k / 2 + 3 / 4) * np.exp(-np.sqrt(8 * ratio))
    quotient = charge_dispersion(ratio[:, 0] * EC, EC)[:, :2] / asymptote
    assert np.all(np.diff(np.abs(quotient - 1), axis=0) < 0)
    # The next term of level k is of the order (2 k + 1)^2 sqrt(E_C / E_J).
    assert np.all(np.abs(quotient - 1) < 0.5 * (2 * k + 1) ** 2 / np.sqrt(ratio))


def test_arrays_broadcast_and_a_large_batch_is_what_its_points_are():
    flux, charge = np.linspace(-0.4, 0.4, 700)[:, None], np.array([0.0, 0.1, 0.5])
    found = transmon_levels(60 * EC, EC, charge, asymmetry=0.1, flux=flux, levels=4, cutoff=30)
    assert found.energies.shape == (700, 3, 4)
    assert found.charge.shape == (700, 3, 4, 4)
    assert found.frequency.shape == found.asymptotic_error.shape == (700, 3)
    one = transmon_levels(60 * EC, EC, 0.1, asymmetry=0.1, flux=flux[650, 0], levels=4)
    assert found.energies[650, 1] == pytest.approx(one.energies, rel=1e-12, abs=0)
    assert found.charge[650, 1] == pytest.approx(one.charge, abs=1e-9)


def test_an_empty_batch_is_empty():
    assert transmon_levels(np.empty(0), EC).energies.shape == (0, 3)


@pytest.mark.parametrize("levels", [3, 10, 30])
def test_the_chosen_cutoff_is_enough_everywhere(levels):
    for ratio in (0.0, 1e-3, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e6 if levels == 3 else 1e5):
        transmon_levels(ratio * EC, EC, np.array([0.0, 0.5]), levels=levels)


def test_a_cutoff_that_cuts_states_is_refused():
    with pytest.raises(ValueError, match=r"`cutoff` must let every state die out to 1e-12, but at 5 charges"):
        transmon_levels(174 * EC, EC, cutoff=5)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("josephson_energy", -1.0),
        ("josephson_energy", 2e6 * EC),
        ("charging_energy", 0.0),
        ("offset_charge", np.nan),
        ("asymmetry", 1.1),
        ("asymmetry", -0.1),
        ("flux", np.inf),
        ("levels", 2),
        ("levels", 3.0),
        ("cutoff", 2),
        ("cutoff", True),
    ],
)
def test_a_transmon_that_cannot_be_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}`"):
        transmon_levels(**{"josephson_energy": 50 * EC, "charging_energy": EC, name: bad})


def test_shapes_that_do_not_broadcast_are_listed():
    with pytest.raises(ValueError, match=r"`offset_charge` \(2,\), `flux` \(3,\)"):
        transmon_levels(50 * EC, EC, np.zeros(2), flux=np.zeros(3))

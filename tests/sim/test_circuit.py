import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import e, h, hbar

from valvelab.sim import ReservoirCircuit, TransmonCircuit, transmon_levels

CAPACITANCES, INDUCTANCES, RESISTANCES = st.floats(1e-14, 1e-11), st.floats(1e-10, 1e-7), st.floats(1.0, 1e5)
RESERVOIR = {"capacitance": 0.8e-12, "inductance": 1.98e-9, "resistance": 1e3, "coupling_capacitance": 9e-15}
TRANSMON = {"capacitance": 109e-15, "josephson_energy": 14e9, "asymmetry": 0.1, "flux": 0.2}


@given(CAPACITANCES, INDUCTANCES, RESISTANCES, st.floats(0.1, 10.0))
def test_the_filter_is_the_real_part_of_the_impedance(capacitance, inductance, resistance, ratio):
    reservoir = ReservoirCircuit(capacitance, inductance, resistance)
    s = 2j * np.pi * ratio * reservoir.frequency
    impedance = 1 / (1 / resistance + s * capacitance + 1 / (s * inductance))
    filtered = reservoir.resonator(exponent=0).filter(ratio * reservoir.frequency)
    assert resistance * filtered == pytest.approx(impedance.real, rel=1e-9, abs=0)


@given(CAPACITANCES, INDUCTANCES, st.floats(1.0, 1e3))
def test_the_linewidth_is_the_decay_of_the_energy_and_not_the_resistance(capacitance, inductance, quality):
    resistance = quality * np.sqrt(inductance / capacitance)
    reservoir = ReservoirCircuit(capacitance, inductance, resistance)
    scale = 2 * np.pi * reservoir.frequency
    # s^2 + s / R C + 1 / L C = 0, with s in units of the resonance.
    poles = np.roots([1, 1 / (resistance * capacitance * scale), 1 / (inductance * capacitance * scale**2)])
    assert reservoir.linewidth == pytest.approx(-2 * poles[0].real * scale, rel=1e-9, abs=0)
    assert reservoir.linewidth == pytest.approx(scale / reservoir.quality_factor, rel=1e-12, abs=0)
    # Eq. B15 with the printed kappa = R would have Q = omega / R.
    assert not 0.9 < scale / resistance / reservoir.quality_factor < 1.1


def test_a_transmon_s_energies_are_those_of_its_elements():
    transmon = TransmonCircuit(**TRANSMON)
    squid = np.sqrt(np.cos(0.2 * np.pi) ** 2 + (0.1 * np.sin(0.2 * np.pi)) ** 2)
    inductance = (hbar / (2 * e)) ** 2 / (h * 14e9 * squid)
    plasma = 1 / np.sqrt(inductance * 109e-15) / (2 * np.pi)
    assert transmon.charging_energy == pytest.approx(e**2 / (2 * 109e-15) / h, rel=1e-12, abs=0)
    assert transmon.frequency == pytest.approx(plasma - transmon.charging_energy, rel=1e-12, abs=0)


@pytest.mark.parametrize("ratio", [50.0, 100.0, 400.0])
def test_the_impedance_gives_the_charge_of_the_transition(ratio):
    transmon = TransmonCircuit(109e-15, 1e10)
    transmon = TransmonCircuit(109e-15, ratio * transmon.charging_energy)
    charge = 2 * e * transmon_levels(transmon.josephson_energy, transmon.charging_energy).charge[0, 1]
    inductance = (hbar / (2 * e)) ** 2 / (h * transmon.josephson_energy)
    assert hbar / (2 * transmon.impedance) / charge**2 == pytest.approx(1, abs=0.2 / ratio)
    # The paper's sqrt(L_J / C_T) is off in the first order of E_C / hf.
    harmonic = hbar / (2 * np.sqrt(inductance / 109e-15))
    assert harmonic / charge**2 - 1 == pytest.approx(1 / np.sqrt(8 * ratio), rel=0.15, abs=0)


def test_the_frequency_is_exact_up_to_the_order_of_the_formula():
    transmon = TransmonCircuit(**TRANSMON)
    exact = transmon_levels(14e9, transmon.charging_energy, asymmetry=0.1, flux=0.2)
    assert transmon.frequency == pytest.approx(exact.asymptotic_frequency, rel=1e-13, abs=0)
    assert transmon.frequency == pytest.approx(exact.frequency, rel=3e-3, abs=0)


def test_coupling_capacitances_add_to_the_transmon_s_own():
    transmon = TransmonCircuit(**TRANSMON).loaded(
        ReservoirCircuit(**RESERVOIR), ReservoirCircuit(1.0, 1.0, 1.0)
    )
    assert transmon.capacitance / 118e-15 == pytest.approx(1, rel=1e-6, abs=0)
    assert transmon.flux == 0.2


def test_a_filter_is_that_of_a_transmon_tuned_by_its_flux():
    assert ReservoirCircuit(**RESERVOIR).resonator().exponent == 2


def test_arrays_broadcast():
    transmon = TransmonCircuit(np.full((3, 1), 109e-15), 14e9, flux=np.linspace(0, 0.3, 4))
    assert transmon.frequency.shape == transmon.impedance.shape == (3, 4)
    assert ReservoirCircuit(0.8e-12, 1.98e-9, np.full(5, 1e3)).quality_factor.shape == (5,)


@pytest.mark.parametrize("bad", [-1e-15, np.nan, np.inf, None, "1 fF", True])
@pytest.mark.parametrize("name", list(RESERVOIR))
def test_a_reservoir_that_cannot_be_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}`"):
        ReservoirCircuit(**(RESERVOIR | {name: bad}))


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("capacitance", 0.0),
        ("josephson_energy", -1.0),
        ("asymmetry", 1.5),
        ("asymmetry", -0.1),
        ("flux", np.nan),
    ],
)
def test_a_transmon_that_cannot_be_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}`"):
        TransmonCircuit(**(TRANSMON | {name: bad}))


def test_a_junction_that_is_switched_off_is_no_transmon():
    with pytest.raises(ValueError, match="`josephson_energy` must be above the charging energy at the flux"):
        TransmonCircuit(109e-15, 14e9, flux=0.5)


def test_shapes_that_do_not_broadcast_are_listed():
    with pytest.raises(ValueError, match=r"`capacitance` \(2,\), `resistance` \(3,\)"):
        ReservoirCircuit(np.ones(2), 1.0, np.ones(3))

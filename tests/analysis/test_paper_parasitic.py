from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.paper_reference import REFERENCE, needs_reference
from valvelab.analysis.paper_parasitic import figure_4, figure_5
from valvelab.analysis.paper_settings import inverse_effective_temperature
from valvelab.sim import table_1

FEMTO = 1e-15
NUMBERS = np.arange(1.0, 11)
ALL_EXPONENTS = np.arange(3.0)


@needs_reference
@pytest.mark.parametrize(("panels", "source"), [("fig4ab", 1.0), ("fig4cd", 3.0)])
def test_figure_4_has_the_reference_values(panels, source):
    reference = REFERENCE[panels]
    found = figure_4(np.array([source]), np.array(reference["T0_over_Tp"]), np.array(reference["N"], float))
    found = found.isel(source_temperature=0)
    for name, key in (
        ("hot", "Qh"),
        ("drain", "mQc"),
        ("equation_24", "Q24"),
        ("hot_vanishing_rate", "Qlimit"),
        ("spin_squared", "J2"),
        ("spin_squared_vanishing_rate", "J2limit"),
        ("independent", "Qind_per_N"),
        ("ideal", "ideal_J_N2_per_N"),
    ):
        np.testing.assert_allclose(found[f"figure_4_{name}"], reference[key], rtol=1e-9)


@needs_reference
@pytest.mark.parametrize("kelvin", [96, 48])
def test_figure_5_has_the_reference_values(kelvin):
    left, right = REFERENCE[f"fig5a_Tc{kelvin}"], REFERENCE[f"fig5b_Tc{kelvin}"]
    table, temperatures = table_1(caption_temperature=kelvin == 48), np.array(left["Tp_mK"]) * 1e-3
    found = figure_5(table, temperatures, np.array(left["N"], float), ALL_EXPONENTS)
    per_qubit = found / FEMTO / found["qubits"]
    for name, key in (("hot", "Qh"), ("drain", "mQc"), ("equation_24", "Q24")):
        np.testing.assert_allclose(per_qubit[f"figure_5_{name}"], left[f"{key}_per_N_fW"], rtol=1e-9)
    np.testing.assert_allclose(per_qubit["figure_5_independent"], left["Qind_per_N_fW"], rtol=1e-9)
    two = found.sel(qubits=2) / FEMTO
    for name, key in (
        ("hot", "Qh_fW"),
        ("drain", "mQc_fW"),
        ("parasitic", "Qp_fW"),
        ("equation_24", "Q24_fW"),
        ("hot_vanishing_rate", "limit_gp0_fW"),
        ("independent", "Qind_fW"),
    ):
        np.testing.assert_allclose(two[f"figure_5_{name}"], right[key], rtol=1e-9)
    for exponent in ALL_EXPONENTS:
        detuned, expected = two.sel(filter_exponent=exponent), right[f"twoQdet_power{exponent:g}_fW"]
        for name, key in (("hot", "Qh"), ("drain", "mQc"), ("parasitic", "Qp")):
            np.testing.assert_allclose(detuned[f"figure_5_detuned_{name}"], expected[key], rtol=1e-9)


def test_what_leaves_one_bath_enters_another():
    found = figure_5(table_1(), np.array([0.05, 0.2, 0.45]), NUMBERS[:4], ALL_EXPONENTS)
    for state in ("", "detuned_"):
        hot, drain, parasitic = (found[f"figure_5_{state}{name}"] for name in ("hot", "drain", "parasitic"))
        np.testing.assert_allclose(hot - drain + parasitic, 0, atol=1e-13 * float(hot.max()))


def test_a_parasitic_bath_at_the_effective_temperature_makes_any_number_of_qubits_independent():
    for source in (1.0, 3.0):
        ratio = inverse_effective_temperature(1 / source)
        printed = figure_4(np.array([source]), np.array([float(ratio), 1 / float(ratio)]), NUMBERS).isel(
            source_temperature=0
        )
        at, upside_down = printed["figure_4_hot"].values
        np.testing.assert_allclose(at, float(printed["figure_4_independent"]), rtol=1e-12)
        # The text also gives the ratio upside down: there the qubits are not independent.
        assert abs(upside_down[-1] / at[-1] - 1) > 0.2


def test_spin_squared_is_over_its_largest_value_and_not_over_n_squared():
    found = figure_4(np.array([1.0]), np.array([100.0]), np.array([1.0, 50.0]))
    np.testing.assert_allclose(found["figure_4_spin_squared"].values.ravel(), [1, 1], rtol=0.02)


def test_the_state_for_a_vanishing_rate_is_approached_by_small_ones():
    table = table_1()
    found = figure_5(table, np.array([0.05]), np.array([2.0, 5.0]), ALL_EXPONENTS)
    weak = replace(table, parasitic_rate=1e-5 * table.parasitic_rate)
    nearly = figure_5(weak, np.array([0.05]), np.array([2.0, 5.0]), ALL_EXPONENTS)
    np.testing.assert_allclose(nearly["figure_5_hot"], found["figure_5_hot_vanishing_rate"], rtol=1e-6)


def test_equation_24_is_a_current_only_where_the_parasitic_bath_exchanges_no_heat():
    table = table_1()
    effective = float(
        figure_5(table, np.array([0.05]), NUMBERS[:1], ALL_EXPONENTS)["figure_5_effective_temperature"]
    )
    at, away = (
        figure_5(table, np.array([kelvin]), np.array([2.0]), ALL_EXPONENTS) for kelvin in (effective, 0.05)
    )
    np.testing.assert_allclose(at["figure_5_equation_24"], at["figure_5_hot"], rtol=1e-9)
    ratio = float(away["figure_5_equation_24"].squeeze() / away["figure_5_hot"].squeeze())
    assert ratio == pytest.approx(0.990, abs=1e-3)

import numpy as np
import pytest

from tests.analysis.paper_reference import REFERENCE, needs_reference
from valvelab.analysis import paper
from valvelab.analysis.paper_curves import figure_3, figure_6
from valvelab.sim import table_1


@pytest.fixture(scope="module")
def curves():
    return paper.paper_curves(table_1())


@needs_reference
def test_figure_3_has_the_reference_values():
    reference = REFERENCE["fig3"]
    found = figure_3(np.array(reference["T0_over_Th"]), np.array(reference["J"]))
    for name, key in (
        ("hot", "Q_over_J"),
        ("hot_limit", "Q_eq30_over_J"),
        ("bound", "Qlim_over_J"),
        ("independent", "Qind_over_J"),
        ("effective", "T0_over_Tstar"),
    ):
        np.testing.assert_allclose(found[f"figure_3_{name}"], reference[key], rtol=1e-9, atol=1e-15)


@needs_reference
def test_figure_6_has_the_reference_values():
    reference = REFERENCE["fig6"]
    found = figure_6(np.array(reference["T_over_T0"]), np.array(reference["J"]))
    np.testing.assert_allclose(found["figure_6_inversion"], reference["Jz"], rtol=1e-9)


def test_the_independent_curve_of_figure_3_is_that_of_2_j_qubits():
    found = figure_3(np.array([0.1, 1.0, 2.0]), np.array([0.5, 4]))
    np.testing.assert_allclose(found["figure_3_hot"][:, 0], found["figure_3_independent"], rtol=1e-13)
    # Over J hbar omega_0^2 it is a number, because the rates are omega_0 / 10.
    n_h, n_c = 1 / np.expm1(1), 1 / np.expm1(3)
    assert found["figure_3_independent"][1] == pytest.approx(
        0.1 * (n_h - n_c) / (n_h + n_c + 1), rel=1e-13, abs=0
    )


def test_figure_6_goes_from_minus_j_to_its_hot_limit():
    found = figure_6(np.array([0.01, 1e4]), np.array([0.5, 8]))
    np.testing.assert_allclose(found["figure_6_inversion"][0], [-0.5, -8], rtol=1e-15)
    np.testing.assert_allclose(
        found["figure_6_inversion"][1], found["figure_6_inversion_limit"][1], rtol=1e-6
    )


def test_every_curve_says_its_unit_its_meaning_and_its_equation(curves):
    for variable in curves.data_vars.values():
        assert variable.attrs["units"] in {"1", "W", "K"}
        assert variable.attrs["long_name"] and variable.attrs["equation"].startswith("Eq. (")
        assert np.isfinite(variable).all()
    assert all({"units", "long_name"} <= curves[name].attrs.keys() for name in curves.coords)
    for name, unit in (("figure_5_hot", "W"), ("figure_5_effective_temperature", "K"), ("figure_4_hot", "1")):
        assert curves[name].attrs["units"] == unit


def test_the_curves_stand_on_grids_that_show_what_the_text_speaks_of(curves):
    for coordinate, values in (
        ("inverse_source_temperature", [0.3, 0.7, 1.5]),
        ("inverse_parasitic_temperature", [*curves["figure_4_effective"].values, 10]),
        ("parasitic_temperature", [0.05, 0.15, 0.45, 0.5]),
        ("spin", [0.5, 8]),
        ("qubits", [1, 2, 10]),
    ):
        curves.sel({coordinate: values}, method="nearest", tolerance=1e-12)


def test_only_figure_5_depends_on_the_reading_of_table_1(curves):
    other = paper.paper_curves(table_1(two_pi=True, caption_temperature=True))
    for name in curves.data_vars:
        assert curves[name].equals(other[name]) == (not name.startswith("figure_5"))
    assert (curves.attrs["figure_5_drain_temperature"], other.attrs["figure_5_drain_temperature"]) == (
        0.096,
        0.048,
    )

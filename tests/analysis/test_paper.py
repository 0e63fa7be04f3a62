"""The paper's own numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import paper

REFERENCE = Path(__file__).parents[3] / "shared/reference/paper_figures.json"


@pytest.fixture(scope="module")
def figure():
    return paper.figure_5()


@pytest.mark.skipif(not REFERENCE.exists(), reason="reference values are not beside the checkout")
def test_figure_5_has_the_reference_values(figure):
    reference = json.loads(REFERENCE.read_text())
    left, right = reference["fig5a_Tc96"], reference["fig5b_Tc96"]
    temperatures = np.array(right["Tp_mK"]) * 1e-3
    chosen = figure.sel(parasitic_temperature=temperatures, method="nearest", tolerance=1e-9)
    per_qubit = (chosen["hot"] / chosen["qubits"]).transpose("parasitic_temperature", "qubits")
    found = per_qubit.values * 1e15
    expected = np.array(left["Qh_per_N_fW"])
    if expected.shape != found.shape or not np.allclose(expected, found, rtol=1e-6):
        expected = expected.T
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    two = chosen.sel(qubits=2)
    for name, key in (("hot", "Qh_fW"), ("drain", "mQc_fW"), ("parasitic", "Qp_fW"), ("paper", "Q24_fW")):
        np.testing.assert_allclose(two[name] * 1e15, right[key], rtol=1e-9)
    np.testing.assert_allclose(two["detuned_hot"] * 1e15, right["twoQdet_power0_fW"]["Qh"], rtol=1e-9)


def test_only_equation_24_rounds_to_the_13_and_4_percent_of_the_text(figure):
    percent = [claim for claim in paper.claims(figure) if claim.statement.endswith("(%)")]
    assert {claim.observable for claim in percent if claim.agrees} == {"Eq. (24) / Q_ind - 1"}


def test_the_other_reading_of_the_rates_scales_currents_and_no_ratio(figure):
    other = paper.figure_5(paper.TWO_PI)
    np.testing.assert_allclose(other["hot"] / figure["hot"], 2 * np.pi, rtol=1e-12)
    for one, two in zip(paper.claims(figure), paper.claims(other), strict=True):
        assert one.computed == pytest.approx(two.computed, rel=1e-10)


def test_the_figure_has_a_unit_on_every_axis(figure):
    for axes in paper.draw_figure_5(figure).axes:
        assert "fW" in axes.get_ylabel()
        assert axes.get_xlabel() == "number of qubits $N$" or "mK" in axes.get_xlabel()

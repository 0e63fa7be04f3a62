"""What each rung of the ladder of models says, and which of them hold."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import (
    MODELS,
    RUNGS,
    OperatingPoint,
    Place,
    Rates,
    Transmons,
    compare_rungs,
    enhancements,
    left_out,
    rungs_sentence,
    write_rungs,
)
from valvelab.dataset import read_dataset
from valvelab.sim import Bath, Resonator, TruncationError, validity

TRANSMONS = Transmons((178e6, 178e6))
PLACE = Place(
    Rates(0.5e9, 0.5e9, 0.01e9, 0.05, transmons=TRANSMONS),
    Resonator(4e9, 20.0),
    OperatingPoint(0.384, 0.096, 2e9),
)
ALONE = replace(PLACE, at=OperatingPoint(0.384, 0.096, 80e9))
"""A qubit that is switched off is nowhere near."""

# Computed before by a hierarchy of equations with both reservoirs' Lorentzians and the whole coupling: gamma / kappa,
# enhancement of the drain with T_p = 50 mK and 450 mK; gamma_p is a fiftieth of gamma.
HIERARCHY = {
    0.002: (1.1229, 0.9706),
    0.02: (1.1161, 0.9648),
    0.04: (1.1094, 0.9589),
    0.1: (1.0912, 0.9433),
    0.2: (1.0645, 0.9206),
    0.4: (1.0193, 0.8827),
}


@pytest.mark.parametrize(("column", "T_p"), [(0, 0.05), (1, 0.45)])
def test_resonators_as_modes_agree_with_the_hierarchy_and_a_master_equation_only_where_they_are_fast(
    column, T_p
):
    place = replace(ALONE, rates=replace(ALONE.rates, T_p=T_p))
    found = compare_rungs(
        place, ["collective", "resonators"], couplings=list(HIERARCHY), temperatures=[0.384]
    )["enhancement_drain_by_coupling"]
    known = np.array([pair[column] for pair in HIERARCHY.values()])
    np.testing.assert_allclose(found.sel(rung="resonators"), known, rtol=5e-4)
    markovian = found.sel(rung="collective").values
    assert np.ptp(markovian) < 1e-9 and markovian[0] == pytest.approx((1.1237, 0.9713)[column], abs=1e-4)
    errors = markovian / known - 1
    assert np.all(np.diff(errors) > 0) and errors[0] < 1e-3 < 0.09 < errors[-1]


def test_a_switched_off_qubit_at_half_the_frequency_changes_next_to_nothing():
    ratios = [
        float(
            compare_rungs(place, ["resonators"], couplings=[0.1], temperatures=[0.3])["enhancement_drain"][0]
        )
        for place in (PLACE, ALONE)
    ]
    assert ratios[0] / ratios[1] == pytest.approx(1, rel=5e-4, abs=0)


def test_every_rung_stands_beside_the_others_with_what_the_fit_says_at_the_same_rates():
    told = []
    found = compare_rungs(
        PLACE,
        couplings=[0.01, 0.1],
        temperatures=[0.2, 0.3, 0.384],
        progress=lambda *state: told.append(state),
    )
    known = ["collective", "pair", "levels", "resonators", "hierarchy", "transmons", "linear"]
    assert list(found["rung"].values) == list(RUNGS) == known
    assert told[-1] == (42, 42, "linear") and [done for done, _, _ in told] == list(range(1, 43))
    for name in (name for name in RUNGS if name in MODELS):
        expected = enhancements(PLACE.rates, name, PLACE.resonator, PLACE.at)
        for side in ("source", "drain"):
            assert float(found[f"enhancement_{side}"].sel(rung=name)) == pytest.approx(
                expected[side], rel=1e-12, abs=0
            )
        # The last temperature is that of the operating point.
        assert found["enhancement_drain_by_temperature"].sel(rung=name).values[-1] == pytest.approx(
            expected["drain"], rel=1e-9, abs=0
        )
    assert float(found["heat_power_drain"].sel(rung="pair")) == pytest.approx(0.76003e-15, rel=1e-4, abs=0)
    # gamma / kappa is 0.5e9 * 20 / (2 pi 4e9), and the broadening goes with it.
    assert found.attrs["own_coupling"] == pytest.approx(0.397887, rel=1e-5, abs=0)
    broadening = found["broadening_by_coupling"].values
    assert broadening == pytest.approx(4.2946 * np.array([0.01, 0.1]) / 0.397887, rel=1e-3, abs=0)


def test_what_does_not_converge_is_not_a_number(monkeypatch):
    asked: list[object] = []

    def never(*arguments):
        asked.append(arguments)
        raise TruncationError("never")

    monkeypatch.setitem(RUNGS, "resonators", replace(RUNGS["resonators"], model=never))
    found = compare_rungs(PLACE, ["resonators", "pair"], couplings=[0.1], temperatures=[0.3, 0.35])
    assert np.isnan(found["enhancement_drain"].values[0]) and found["enhancement_drain"].values[1] > 1
    assert len(asked) == 2  # a chip that does not converge is not asked at other temperatures
    assert np.isnan(found["enhancement_drain_by_temperature"].values).all(axis=1).tolist() == [True, False]
    with pytest.raises(ValueError, match="rungs must be names of collective, pair"):
        compare_rungs(PLACE, ["pears"])


def test_the_rungs_that_hold_are_those_that_leave_nothing_out():
    mode = Resonator(4e9, 20)
    weak = validity(Bath(1e5, 0.03), Bath(1e5, 0.02), mode)
    assert rungs_sentence(weak) == "'collective', 'pair', 'levels', 'resonators', 'hierarchy' hold."
    warm = validity(Bath(1e5, 0.384), Bath(1e5, 0.096), mode)
    assert rungs_sentence(warm).startswith(
        "'levels' holds; what matters here and is left out: 'collective' (levels"
    )
    table = validity(Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), mode)
    assert rungs_sentence(table).startswith(
        "none of the rungs holds but 'transmons', which leaves out levels above the second; what"
    )
    assert left_out(RUNGS["pair"], table) == ["slow resonators", "levels above the first"]
    assert left_out(RUNGS["linear"], weak) == ["that qubits saturate"]
    strong = validity(Bath(6e9, 0.03), Bath(6e9, 0.02), mode)
    assert "waves that do not rotate" in left_out(RUNGS["resonators"], strong)
    assert not RUNGS["resonators"].knows(Resonator(4e9, 20, 1)) and RUNGS["pair"].knows(Resonator(4e9, 20, 1))


def test_files_hold_what_was_computed(tmp_path):
    found = compare_rungs(PLACE, ["pair", "linear"], couplings=[0.01, 0.1, 1.0], temperatures=[0.2, 0.3])
    write_rungs(found, tmp_path / "out")
    again = read_dataset(tmp_path / "out" / "compare.nc")
    assert again.equals(found) and again["heat_power_drain"].units == "W"
    header, *rows = (tmp_path / "out" / "coupling.csv").read_text(encoding="utf-8").splitlines()
    column = header.split(",").index("enhancement_drain linear")
    values = found["enhancement_drain_by_coupling"].sel(rung="linear").values
    assert [float(row.split(",")[column]) for row in rows] == pytest.approx(values, rel=1e-9, abs=0)
    assert (
        "heat_power_drain linear [W]" in header
        and header.endswith("truncation_error linear")
        and len(rows) == 3
    )
    for name in ("operating-point.csv", "source-temperature.csv", "compare.svg", "compare.png"):
        assert (tmp_path / "out" / name).stat().st_size > 100


def test_the_figure_marks_the_device_and_shades_where_a_master_equation_ends():
    from valvelab.analysis import rung_figure

    found = compare_rungs(PLACE, ["pair"], couplings=np.geomspace(0.002, 2.5, 5), temperatures=[0.2, 0.48])
    axes = rung_figure(found).axes
    assert axes[0].get_xscale() == "log" and "mK" in axes[3].get_xlabel()
    (shade,) = (patch for patch in axes[0].patches if patch.get_label() == "beyond a master equation")
    # N sum gamma (2 n + 1) / kappa = 0.2 where gamma / kappa = 0.2 / 10.8
    assert shade.get_x() == pytest.approx(0.2 * 0.397887 / 4.2946, rel=1e-3, abs=0)
    labels = axes[0].get_legend_handles_labels()[1]
    assert "this device" in labels and "pair" in labels
    (marked,) = (line for line in axes[0].lines if line.get_label() == "this device")
    assert marked.get_xdata()[0] == pytest.approx(0.397887, rel=1e-5, abs=0)


def test_a_rung_is_a_model_of_a_fit():
    assert all(rung.model is MODELS[name] for name, rung in RUNGS.items() if name in MODELS)

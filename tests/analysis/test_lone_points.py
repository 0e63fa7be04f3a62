"""One power that does not go with the others is named; a model that is wrong everywhere names none."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import fit_switching, summarise
from valvelab.analysis.lone_points import lone_point

NOISE = 2e-18


def moved(dataset, place, errors):
    power = dataset["heat_power_drain"].copy()
    power[place] += errors * NOISE
    return dataset.assign(heat_power_drain=power)


@pytest.mark.parametrize(("place", "errors"), [(0, 12.0), (17, -9.0), (40, 400.0), (22, -60.0)])
def test_a_power_that_is_off_is_named_with_how_far(make_switching_dataset, place, errors):
    dataset = make_switching_dataset(seed=4)
    fit = fit_switching(moved(dataset, place, errors), "pair")
    found = lone_point(fit)
    assert found is not None and found.point == place and found.reservoir == "drain"
    assert found.configuration == str(dataset["configuration"].values[place])
    # What the others say there is known to less than an error.
    own = fit_switching(dataset, "pair")
    noise = (own.data.measured[place] - own.predict()[place]) / NOISE
    assert found.deviation == pytest.approx(errors + noise, rel=0.02, abs=1.5)
    assert found.chi_square_fall == pytest.approx(fit.chi_square - own.chi_square, rel=0.02, abs=6)


def test_the_source_has_points_of_its_own(make_switching_dataset):
    dataset = make_switching_dataset(seed=4, source=True)
    power = dataset["heat_power_source"].copy()
    power[5] += 15 * NOISE
    found = lone_point(fit_switching(dataset.assign(heat_power_source=power), "pair"))
    assert found is not None and (found.point, found.reservoir) == (5, "source")


def test_a_wrong_frequency_under_a_label_is_named(make_switching_dataset):
    dataset = make_switching_dataset(seed=4)
    second = dataset["frequency_2"].copy()
    place = int(np.flatnonzero(dataset["configuration"].values == "only_1")[3])
    second[place] = 4e9
    found = lone_point(fit_switching(dataset.assign(frequency_2=second), "pair"))
    assert found is not None and found.point == place and found.deviation < -5


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_a_model_that_is_wrong_everywhere_name_none(make_switching_dataset, truth, seed):
    assert lone_point(fit_switching(make_switching_dataset(seed=seed), "pair")) is None
    asymmetric = make_switching_dataset(replace(truth, asymmetry=0.1), model="pair", seed=seed)
    wrong = fit_switching(asymmetric, "pair")
    assert wrong.chi_square > 2 * wrong.degrees_of_freedom and lone_point(wrong) is None


def test_a_summary_says_it_and_blames_no_assumption_for_it(make_switching_dataset):
    told = summarise(fit_switching(moved(make_switching_dataset(seed=4), 17, 30.0), "pair"))
    assert told["lone_point"]["point"] == 17
    [said] = [text for text in told["warnings"] if "at point = 17 (" in text]
    assert said.startswith("One power is ") and "errors above what the others say" in said
    assert not [text for text in told["warnings"] if "--free" in text]
    assert summarise(fit_switching(make_switching_dataset(seed=4), "pair"))["lone_point"] is None


ROWS = [
    (name, 4e9 if name != "only_2" else 2e9, 4e9 if name != "only_1" else 2e9, hot, cold, power)
    for hot, rows in {
        0.384: [("both", 0.0962, 761.3), ("only_1", 0.0921, 339.0), ("only_2", 0.0923, 338.2)],
        0.310: [("both", 0.0951, 640.1), ("only_1", 0.0910, 287.5), ("only_2", 0.0912, 288.1)],
        0.240: [("both", 0.0940, 475.0), ("only_1", 0.0902, 215.0), ("only_2", 0.0903, 214.1)],
        0.180: [("both", 0.0920, 301.0), ("only_1", 0.0890, 139.2), ("only_2", 0.0891, 138.8)],
    }.items()
    for name, cold, power in rows
]


@pytest.mark.parametrize("model", ["collective", "pair"])
@pytest.mark.parametrize(
    ("place", "column", "factor"), [(1, 2, 2.0), (2, 1, 2.0), (1, 5, 10.0), (2, 5, 10.0)]
)
def test_one_wrong_cell_of_a_small_table_ends_no_fit(model, place, column, factor):
    rows = [list(row) for row in ROWS]
    rows[place][column] *= factor
    names, *numbers = zip(*rows, strict=True)
    columns = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain", "heat_power_drain")
    units, scales = ("Hz", "Hz", "K", "K", "W"), (1, 1, 1, 1, 1e-18)
    dataset = xr.Dataset(
        {
            name: ("point", np.array(values) * scale, {"units": unit})
            for name, values, unit, scale in zip(columns, numbers, units, scales, strict=True)
        },
        attrs={"resonator_frequency": 4e9, "quality_factor": 20.0},
    )
    dataset["configuration"] = ("point", np.array(names))
    dataset["heat_power_drain_std"] = ("point", np.full(len(rows), 2.1e-18), {"units": "W"})
    told = summarise(fit_switching(dataset, model))
    assert told["lone_point"]["point"] == place

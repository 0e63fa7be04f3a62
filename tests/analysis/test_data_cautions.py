"""Heat that flows uphill and lines that stand twice are told before anything else."""

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import fit_switching
from valvelab.analysis.data_cautions import data_warnings
from valvelab.analysis.switching_data import SwitchingData


def told(dataset):
    return data_warnings(SwitchingData.from_dataset(dataset))


def test_a_good_dataset_has_none(make_switching_dataset):
    assert told(make_switching_dataset(seed=1)) == told(make_switching_dataset(seed=1, source=True)) == []


@pytest.mark.parametrize("source", [False, True])
def test_powers_of_the_wrong_sign_and_exchanged_reservoirs_flow_uphill(make_switching_dataset, source):
    dataset = make_switching_dataset(seed=1, source=source)
    power = dataset["heat_power_drain"]
    negative = dataset.assign(heat_power_drain=(-power).assign_attrs(power.attrs))
    exchanged = dataset.assign(
        temperature_source=dataset["temperature_drain"], temperature_drain=dataset["temperature_source"]
    )
    for wrong in (negative, exchanged) if not source else (exchanged,):
        [text] = told(wrong)
        assert text.startswith("Heat flows from the colder reservoir to the warmer one in ")
    from valvelab.analysis.cautions import warnings
    from valvelab.analysis.enhancement import operating_point

    fit = fit_switching(exchanged, "pair")
    assert warnings(fit, operating_point(fit, None, None))[0] == told(exchanged)[0]


def test_lines_that_stand_twice_are_counted(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    count = dataset.sizes["point"]
    [text] = told(xr.concat([dataset, dataset.isel(point=[4, 7])], "point"))
    assert text.startswith(f"2 of {count + 2} points stand there twice")
    assert f"first point = {count} as point = 4" in text
    # What was measured again is no copy.
    other = dataset.isel(point=[4])
    power = other["heat_power_drain"]
    other = other.assign(heat_power_drain=(power + 1e-20).assign_attrs(power.attrs))
    assert told(xr.concat([dataset, other], "point", combine_attrs="override")) == []
    assert np.unique(dataset["heat_power_drain"]).size == count

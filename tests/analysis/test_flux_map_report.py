"""What a fit says in words, numbers and pictures."""

import json

import numpy as np
import pytest
import xarray as xr

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis import fit_flux_map, flux_map_figure, summarise_map, write_map_fit
from valvelab.analysis.flux_map_estimates import Estimate, number
from valvelab.analysis.flux_map_heat import validity_of
from valvelab.analysis.flux_map_report import table, undetermined_lines
from valvelab.errors import DataError


@pytest.fixture(scope="module")
def fit():
    return fit_flux_map(simulated_map(random_device(4), seed=4), "independent")


@pytest.mark.parametrize(
    ("value", "error", "unit", "expected"),
    [
        (16223.4, 14.2, "Phi0/A", ("16.223", "0.014", "Phi0/mA")),
        (7.8239e9, 7e6, "Hz", ("7.8239", "0.0070", "GHz")),
        (4.2e7, 1.8e6, "1/s", ("4.20e+07", "1.8e+06", "1/s")),
        (0.325, None, "K", ("325", "", "mK")),
        (120.0, 30.0, "", ("120", "30", "")),
        (-0.4, 30.0, "", ("0", "30", "")),
    ],
)
def test_a_number_is_written_with_the_digits_that_its_error_leaves(value, error, unit, expected):
    assert number(Estimate("x", value, unit, error)) == expected


def test_the_report_names_every_estimate_and_says_that_the_ratio_is_one_by_construction(fit):
    text = fit.report()
    assert all(estimate.name in text for estimate in fit.estimates)
    assert "has the ratio 1.000 by construction" in text
    assert "gamma_h = gamma_c included" in text


def test_the_summary_is_json_with_null_and_a_reason_where_there_is_no_error(fit):
    summary = json.loads(json.dumps(summarise_map([fit]), allow_nan=False))
    parameters = summary["models"]["independent"]["parameters"]
    assert parameters["asymmetry_1"]["error"] is None
    assert parameters["asymmetry_1"]["reason"].startswith("held")
    for entry in parameters.values():
        assert (entry["error"] is None) == (entry["reason"] is not None)


def test_the_table_has_units_in_the_names_and_a_dash_where_there_is_no_error_and_nothing_twice(fit):
    head, rows = table([fit])
    assert head == ["parameter (unit)", "'independent'", "error"]
    names = [row[0] for row in rows]
    assert "flux_1_coil_1 (Phi0/mA)" in names and "weight_2" in names
    assert not any(name.startswith(("ridge_power", "asymmetry")) for name in names)
    lost = {line.split(":")[0].strip() for line in undetermined_lines(fit)[1:]}
    assert lost == {row[0].split(" ")[0] for row in rows if row[2] == "-"}


def test_rates_above_the_linewidth_of_the_filter_are_warned_of():
    values = random_device(4) | {"ridge_power": 3e-15, "quality_factor": 12.0}
    fit = fit_flux_map(simulated_map(values, seed=4), "independent")
    assert validity_of(fit.values).broadening > 0.2
    assert (
        "above 0.2 the master equation overestimates" in fit.report() and "no model holds" not in fit.report()
    )


def test_powers_of_another_unit_and_of_the_other_sign_are_suspected():
    dataset = simulated_map(random_device(4), seed=4)
    measured = dataset["heat_power"].copy()
    dataset["heat_power"].values[:] = 3e3 * measured  # pW for fW, and a little more
    fit = fit_flux_map(dataset, "independent")
    assert validity_of(fit.values).strength > 1
    assert "no model holds. Look at the unit of the powers" in fit.report()
    dataset["heat_power"].values[:] = measured
    dataset["heat_power"].values[3, 5] = 5e-14
    with pytest.raises(DataError, match=r"at the point with the coils at .*, 5e\+04 aW, which stands alone"):
        fit_flux_map(dataset, "independent")
    dataset["heat_power"].values[:] = -measured
    with pytest.raises(DataError, match="sign of the power"):
        fit_flux_map(dataset, "independent")


def test_the_figure_has_three_panels_with_a_common_scale_for_data_and_model(fit):
    figure = flux_map_figure(fit)
    measured, model, residual = (axis.collections[0] for axis in figure.axes[:3])
    assert measured.get_clim() == model.get_clim()
    assert residual.get_clim()[0] == -residual.get_clim()[1]
    np.testing.assert_allclose(
        measured.get_array() - model.get_array(), residual.get_array(), atol=1e-6 * np.ptp(model.get_array())
    )
    assert [axis.get_xlabel() for axis in figure.axes[:3]] == ["coil current 2 (mA)"] * 3


def test_a_folder_is_written_once_and_holds_measured_modelled_and_residual_map(fit, tmp_path):
    folder = tmp_path / "deep" / "out"
    write_map_fit([fit], folder)
    assert {path.name for path in folder.iterdir()} == {
        "map_fit.json",
        "map-independent.nc",
        "map-independent.png",
        "map-independent.svg",
    }
    with xr.open_dataset(folder / "map-independent.nc", engine="h5netcdf") as found:
        np.testing.assert_allclose(found["model"] + found["residual"], found["heat_power"], rtol=1e-12)
        np.testing.assert_allclose(found["heat_power"], fit.heat_map.heat_power)
        assert found["residual"].attrs["units"] == "W"
    with pytest.raises(DataError, match="must be a new folder"):
        write_map_fit([fit], folder)

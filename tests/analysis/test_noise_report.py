"""What a report shows of noise and outliers."""

import numpy as np
import pytest

from tests.analysis.voltage_simulator import DEVICE, Run
from valvelab.analysis import reduce
from valvelab.analysis.noise_report import noise_figure, noise_summary
from valvelab.dataset import read_dataset, write_dataset

RUN = Run(cells=2, blocks=6, visit=2)


@pytest.fixture(scope="module")
def disturbed():
    raw = next(RUN.draws(1, white=100e-9, flicker=50e-9, drift=0.0, seed=31))
    cell, block = RUN.places[:2]
    voltage = raw["thermometer_voltage_drain"].values
    voltage[(cell == 1) & (block == 5) & (RUN.names == "both")] += 2e-6
    voltage[10] -= 3e-6
    raw["thermometer_voltage_source"].values[3] += 1e-5
    return reduce(raw, DEVICE)


def test_noise_flagged_readings_and_jumps_come_back_from_disk_and_are_told(disturbed, tmp_path):
    read = read_dataset(write_dataset(disturbed, tmp_path / "reduced.nc"))
    told = noise_summary(read)
    assert [row[0] for row in told["thermometers"]] == ["source", "drain"]
    assert all(row[1].endswith("nV") and row[2].endswith("nV") for row in told["thermometers"])
    assert [row[:4] for row in told["flagged"]] == [
        ("source", "3", "0", str(RUN.names[3])),
        ("drain", "10", "0", str(RUN.names[10])),
    ]
    assert [row[4][0] for row in told["flagged"]] == ["+", "-"]
    assert {row[5] for row in told["flagged"]} == {"left out"} and told["not_shown"] == 0
    assert len(told["remarks"]) == 3
    assert any("cell 1: 'both' less 'off' jumps by 2" in remark for remark in told["remarks"])
    assert read["jump_blocks"].values.astype(str).tolist() == ["5"]


def test_a_dataset_from_elsewhere_has_no_noise_to_tell(make_switching_dataset):
    assert noise_summary(make_switching_dataset()) is None


def test_many_flagged_readings_are_not_all_listed(disturbed):
    many = disturbed.isel(flagged=np.repeat([0, 1], 15))
    told = noise_summary(many)
    assert len(told["flagged"]) == 20 and told["not_shown"] == 10


def test_the_figure_shows_both_thermometers_and_the_noise_that_was_found(disturbed):
    (axes,) = noise_figure(disturbed).axes
    assert axes.get_xlabel() == "time between averages (s)" and axes.get_ylabel() == "Allan deviation (nV)"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["source", "drain"]
    points, line = axes.lines[0], axes.lines[1]
    np.testing.assert_allclose(points.get_ydata(), line.get_ydata(), rtol=0.5)

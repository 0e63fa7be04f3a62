"""Readings that stand out, and that nothing stands out where there is only noise."""

import numpy as np
import pytest

from tests.analysis.voltage_simulator import DEVICE, Run
from valvelab.analysis import reduce
from valvelab.analysis.outliers import find_outliers, least_noise, threshold

WHITE = 100e-9
RUN = Run(cells=3, blocks=6, visit=2)


def flagged(value, run=RUN):
    configuration = np.unique(run.names, return_inverse=True)[1]
    cell, block = run.places[:2]
    covariates = np.array([run.time, np.full(cell.size, 0.3)])
    return find_outliers(run.time, value, configuration, cell, cell * run.blocks + block, covariates)


@pytest.mark.parametrize("flicker", [0.0, 100e-9])
def test_less_than_one_in_ten_thousand_clean_readings_is_flagged(flicker):
    draws = RUN.draws(60, white=WHITE, flicker=flicker, drift=1e-9, seed=11)
    found = [flagged(raw["thermometer_voltage_drain"].values).index.size for raw in draws]
    assert len(found) * RUN.time.size > 17_000 and sum(found) <= 1


@pytest.mark.desk
def test_few_readings_are_not_flagged_for_being_few():
    # The scatter of a dozen readings is known to a third, and five of it are no rarity.
    run = Run(cells=1, blocks=1, visit=2)
    draws = run.draws(600, white=WHITE, flicker=0.0, drift=0.0, seed=12)
    assert sum(flagged(raw["thermometer_voltage_drain"].values, run).index.size for raw in draws) <= 1


def test_outliers_are_found_where_they_are_with_their_sign_and_nothing_beside_them():
    raw = next(RUN.draws(1, white=WHITE, flicker=50e-9, drift=0.0, seed=13))
    value = raw["thermometer_voltage_drain"].values.copy()
    put = {7: 20, 8: -15, 100: 1e4, 101: 30, 250: -12}
    for index, size in put.items():
        value[index] += size * WHITE
    found = flagged(value)
    assert found.index.tolist() == sorted(put)
    assert np.sign(found.deviation).tolist() == [1, -1, 1, 1, -1]
    assert np.all(np.abs(found.deviation) > 5)


def test_where_a_block_has_two_of_a_kind_the_cell_tells_which_is_wrong():
    run = Run(cells=2, blocks=8, visit=1)
    raw = next(run.draws(1, white=WHITE, flicker=0.0, drift=0.0, seed=14))
    value = raw["thermometer_voltage_drain"].values.copy()
    value[33] += 15 * WHITE
    assert flagged(value, run).index.tolist() == [33]


def test_a_jump_between_blocks_is_no_outlier():
    raw = next(RUN.draws(1, white=WHITE, flicker=0.0, drift=0.0, seed=15))
    cell, block = RUN.places[:2]
    moved = (cell == 1) & (block >= 4) & (RUN.names == "both")
    assert flagged(raw["thermometer_voltage_drain"].values + 30 * WHITE * moved).index.size == 0


def test_a_coarse_meter_is_not_flagged_for_its_steps():
    raw = next(RUN.draws(1, white=20e-9, flicker=0.0, drift=0.0, seed=16))
    step = 100e-9
    value = np.round(raw["thermometer_voltage_drain"].values / step) * step
    assert flagged(value).index.size == 0
    configuration = np.unique(RUN.names, return_inverse=True)[1]
    assert least_noise(value, configuration, RUN.places[0]) == pytest.approx(step / 12**0.5, rel=1e-6, abs=0)


def test_the_limit_is_five_standard_deviations_where_they_are_known():
    assert threshold(1e9) == pytest.approx(5.0, abs=1e-3)
    assert threshold(20) > 6.5


def test_a_flagged_reading_is_left_out_and_told():
    raw = next(RUN.draws(1, white=WHITE, flicker=0.0, drift=0.0, seed=17))
    clean = reduce(raw, DEVICE)
    raw["thermometer_voltage_drain"].values[40] += 1e-6
    found = reduce(raw, DEVICE)
    assert "flagged_reading" not in clean and "remark" not in clean
    assert found["flagged_reading"].values.tolist() == [40]
    assert found["flagged_thermometer"].values.tolist() == ["drain"]
    assert found["flagged_configuration"].values.tolist() == [RUN.names[40]]
    assert found["flagged_cell"].values.tolist() == [0] and found["flagged_left_out"].values.tolist() == [1]
    assert found["remark"].values.tolist() == ["drain: 1 of 288 readings stand out, 1 left out"]
    # The mean of 24 readings, one of them left out, moves by a fifth of its error.
    power, error = (found[name].values for name in ("heat_power_drain", "heat_power_drain_std"))
    assert np.all(np.abs(power - clean["heat_power_drain"].values) < error)
    np.testing.assert_array_equal(found["temperature_source"], clean["temperature_source"])


def test_a_configuration_keeps_two_readings_whatever_they_are():
    raw = next(Run(cells=6, blocks=1, visit=1).draws(1, white=WHITE, flicker=0.0, drift=0.0, seed=18))
    raw["thermometer_voltage_drain"].values[1] += 1e-5
    found = reduce(raw, DEVICE)
    # Of two that disagree nothing says which is wrong.
    assert found["flagged_reading"].values.tolist() in ([1], [6])
    assert found["flagged_left_out"].values.tolist() == [0]

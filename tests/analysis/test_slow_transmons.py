"""Transmons with levels between slow resonators as a model of a measurement."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import (
    MODELS,
    OperatingPoint,
    Points,
    Rates,
    TableGrid,
    Transmons,
    fit_switching,
    grid_of_dataset,
    read_table,
    summarise,
    tabulate,
)
from valvelab.analysis.enhancement import switched_currents
from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.slow_transmons import TOLERANCE, error_by_a_level, transmons_model
from valvelab.analysis.table_grid import boxes_of
from valvelab.analysis.transmons import with_levels
from valvelab.errors import DataError
from valvelab.sim import Resonator

from .table_models import RANGES

RESONATOR = Resonator(4e9, 20.0)
RATES = Rates(0.5e9, 0.4e9, 0.01e9, 0.05, transmons=Transmons((178e6, 150e6)))
CURRENTS = ("hot", "cold", "parasitic")


def points(first, second, source=0.384):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, source), np.full(first.shape, 0.096))


def test_of_two_levels_they_are_qubits():
    rates = replace(RATES, asymmetry=0.1, mismatch=5e6, parity=-1, transmons=Transmons((178e6, 150e6), 2))
    for pair_of in ((4e9, 3.97e9), (4e9, 2e9), (2e9, 2.1e9)):
        where = points([pair_of[0]], [pair_of[1]])
        found, exact = (model(rates, where, RESONATOR) for model in (transmons_model, MODELS["resonators"]))
        size = float(np.abs(exact.hot).max())
        for one in CURRENTS:
            assert getattr(found, one) == pytest.approx(getattr(exact, one), rel=2e-3, abs=1e-3 * size)


def test_transmons_between_slow_resonators_are_qubits_where_cold_and_master_equation_where_fast():
    # Parked qubits included, as `resonators` has them.
    where = points([4e9, 4e9], [4e9, 2e9])
    cold = replace(where, temperature_source=np.full(2, 0.03), temperature_drain=np.full(2, 0.02))
    rates = replace(RATES, gamma_h=0.2e9, gamma_c=0.3e9, T_p=0.02)
    found, qubits = (model(rates, cold, RESONATOR) for model in (transmons_model, MODELS["resonators"]))
    np.testing.assert_allclose(found.cold, qubits.cold, rtol=2e-2)
    weak = replace(RATES, gamma_h=2e4, gamma_c=3e4, gamma_p=1e3, transmons=Transmons((20e6, 20e6), 3))
    found, fast = (model(weak, where, RESONATOR) for model in (transmons_model, MODELS["levels"]))
    np.testing.assert_allclose(found.cold, fast.cold, rtol=4e-2)
    with pytest.raises(ValueError, match="charging energies of both transmons, found None"):
        transmons_model(replace(RATES, transmons=None), where, RESONATOR)


def test_on_the_paper_s_chip_transmons_carry_less_together_than_apart():
    # With levels alone 1.058, with slow resonators alone 1.020.
    at, chip = OperatingPoint(0.384, 0.096, 2e9), Rates(0.5e9, 0.5e9, 1e7, 0.05)
    chip = replace(chip, transmons=Transmons((178e6, 178e6)))
    drain = -switched_currents(chip, transmons_model, RESONATOR, at).cold
    assert drain[0] / (drain[1] + drain[2]) == pytest.approx(0.944, abs=1e-3)


def test_three_levels_are_followed_unless_told_otherwise():
    where = points([4e9], [2e9])
    two, three, told = (
        transmons_model(one, where, RESONATOR).cold.item()
        for one in (with_levels(RATES, 2), RATES, with_levels(RATES, 3))
    )
    assert told == three and abs(two / three - 1) > 0.05
    assert RATES.transmons.followed("transmons") == 3 and RATES.transmons.followed("levels") == 6


def test_what_a_further_level_changes_is_told_of_the_hottest_point():
    where = points([4e9, 4e9], [2e9, 2e9], np.array([0.384, 0.15]))
    few, more = (
        transmons_model(with_levels(RATES, count), where, RESONATOR).cold[0].item() for count in (2, 3)
    )
    found = error_by_a_level(with_levels(RATES, 2), where, RESONATOR)
    assert found == pytest.approx(abs(few / more - 1), rel=1e-9, abs=0)


@pytest.mark.parametrize(("pair_of", "close"), [((4e9, 3.98e9), 0.06), ((4e9, 2e9), 0.06)])
def test_slopes_by_frequencies_are_near_those_of_the_circuit(pair_of, close):
    # They move all transitions alike, while a circuit's own anharmonicity changes a little.
    where = points([pair_of[0]], [pair_of[1]])
    slopes = SLOPES["transmons"](RATES, where, RESONATOR)
    for name, field in (("f_1", "frequency_1"), ("f_2", "frequency_2")):
        up, down = (
            transmons_model(RATES, replace(where, **{field: getattr(where, field) + step}), RESONATOR).cold
            for step in (1e5, -1e5)
        )
        assert slopes.by(name).cold == pytest.approx((up - down) / 2e5, rel=close, abs=0)


def reduced(model="transmons", coupling=0.1):
    """Return exact powers of a chip over few cells, and its rates."""
    gamma = coupling * 2 * np.pi * 4e9 / 20
    truth = Rates(gamma, 1.2 * gamma, 0.03 * gamma, 0.07, transmons=Transmons((178e6, 178e6)))
    source, drain = np.array([0.15, 0.25, 0.35, 0.35]), np.array([0.06, 0.06, 0.06, 0.2])
    names = np.repeat(["both", "only_1"], source.size)
    second = np.where(names == "both", 4e9, 2e9)
    where = Points(np.full(names.size, 4e9), second, np.tile(source, 2), np.tile(drain, 2))
    columns = {
        "configuration": names,
        "frequency_1": where.frequency_1,
        "frequency_2": where.frequency_2,
        "temperature_source": where.temperature_source,
        "temperature_drain": where.temperature_drain,
        "heat_power_drain": -MODELS[model](truth, where, RESONATOR).cold,
        "heat_power_drain_std": np.full(names.size, 0.1e-18),
    }
    attributes = {"resonator_frequency": 4e9, "quality_factor": 20.0}
    attributes |= {"charging_energy_1": 178e6, "charging_energy_2": 178e6}
    return xr.Dataset({name: ("point", column) for name, column in columns.items()}, attrs=attributes), truth


def test_exact_powers_give_their_chip_back_and_qubits_do_not():
    data, truth = reduced()
    fit = fit_switching(data, "transmons")
    assert fit.rates.transmons.levels == 3 and fit.chi_square < 1e-2
    errors = transmons_model(fit.rates, fit.data.points, RESONATOR).relative_error
    assert np.all(errors > 0) and np.all(errors <= TOLERANCE)
    for name in ("gamma_h", "gamma_c", "gamma_p", "T_p"):
        assert getattr(fit.rates, name) == pytest.approx(getattr(truth, name), rel=1e-3, abs=0)
    qubits = fit_switching(data, "resonators")
    assert qubits.chi_square > 100


@pytest.mark.desk
def test_a_fit_through_a_table_is_the_fit(tmp_path):
    data, truth = reduced(coupling=0.4)
    near = {
        "gamma_h": (0.35e9, 0.7e9),
        "gamma_c": (0.4e9, 0.8e9),
        "gamma_p": (0.005e9, 0.03e9),
        "T_p": (0.03, 0.12),
    }
    data["heat_power_drain_std"] = ("point", np.full(data.sizes["point"], 1e-18))
    table = tabulate(
        "transmons",
        RESONATOR,
        grid_of_dataset(data, near),
        tmp_path / "table.nc",
        degree=4,
        transmons=truth.transmons,
    )
    fit, direct = fit_switching(data, table), fit_switching(data, "transmons")
    for name in ("gamma_h", "gamma_c", "gamma_p", "T_p"):
        (one, _), (two, error) = (
            each.propagate(lambda rates, name=name: float(getattr(rates, name))) for each in (fit, direct)
        )
        assert abs(one - two) < 0.5 * error, name
    told = summarise(fit)
    assert told["levels"] == 3 and not any("no such levels" in text for text in told["warnings"])


def test_a_table_says_what_the_model_says_and_knows_its_transmons(tmp_path):
    ranges = {**RANGES, "gamma_p": (0.01e9, 0.02e9)}
    grid = TableGrid(ranges, boxes_of([(4e9, 2e9)], RESONATOR))
    with pytest.raises(DataError, match="'transmons' must know E_C / h of both transmons, found none"):
        tabulate("transmons", RESONATOR, grid, tmp_path / "none.nc", degree=3)
    with pytest.raises(
        DataError, match="transmons belong to the models 'levels' and 'transmons', found 'pair'"
    ):
        tabulate("pair", RESONATOR, grid, tmp_path / "none.nc", degree=3, transmons=RATES.transmons)
    made = tabulate("transmons", RESONATOR, grid, tmp_path / "table.nc", degree=3, transmons=RATES.transmons)
    assert read_table(tmp_path / "table.nc").transmons == Transmons((178e6, 150e6), 3)
    inside = replace(RATES, gamma_h=0.45e9, gamma_c=0.55e9, gamma_p=0.013e9, T_p=0.06)
    where = replace(points([4e9] * 3, 2e9), temperature_source=np.array([0.23, 0.3, 0.38]))
    true, found = (model(inside, where, RESONATOR).cold for model in (transmons_model, made))
    assert np.abs(found - true).max() < 3 * made.largest_error.max() < 0.02 * np.abs(true).max()
    # With another number of levels it is another table.
    with pytest.raises(DataError, match="choose another --out or remove it"):
        four = replace(RATES.transmons, levels=4)
        tabulate("transmons", RESONATOR, grid, tmp_path / "table.nc", degree=3, transmons=four)


def test_what_is_not_known_of_the_transmons_is_named():
    data, _ = reduced("pair")
    del data.attrs["charging_energy_1"]
    with pytest.raises(DataError, match="for the model 'transmons' attributes charging_energy_1 and"):
        fit_switching(data, "transmons")
    data.attrs |= {"charging_energy_1": 178e6, "resonator_exponent": 1.0}
    with pytest.raises(
        DataError, match=r"for the model 'transmons' quality_factor must be above 0 and .*exponent 0"
    ):
        fit_switching(data, "transmons")

"""Tables are computed once, in pieces that are never lost, and only where it makes sense."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import (
    MODELS,
    TABLES,
    Points,
    Rates,
    TableGrid,
    Transmons,
    fit_switching,
    read_table,
    tabulate,
)
from valvelab.analysis import table_plan as plans
from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.table_base import TableDerivatives
from valvelab.analysis.table_grid import boxes_of
from valvelab.dataset import read_dataset, write_dataset
from valvelab.errors import DataError, RunError
from valvelab.run_lock import lock
from valvelab.sim import Resonator

from .table_models import BOX, GRID, PLACES, RANGES, RESONATOR, asked, counting, smooth_model

INSIDE = Rates(0.45e9, 0.55e9, 0.013e9, 0.06)
POINTS = Points(np.full(3, 4e9), np.full(3, 2e9), np.array([0.23, 0.3, 0.38]), np.array([0.09, 0.13, 0.17]))


def _counting(path, **options):
    """Return a model with one name, so that tables of it are of the same."""
    model = counting(path, **options)
    model.__qualname__ = "counting"
    return model


@pytest.fixture(scope="module")
def linear_table(tmp_path_factory):
    # Without a parasitic bath a mode of detuned oscillators goes dark, sharply; a table begins above that.
    ranges = {**RANGES, "gamma_p": (0.01e9, 0.02e9), "mismatch": (-20e6, 20e6)}
    grid = TableGrid(ranges, boxes_of([(4e9, 2e9), (4e9, 4e9)], RESONATOR))
    return tabulate("linear", RESONATOR, grid, tmp_path_factory.mktemp("table") / "linear.nc", degree=4)


def test_a_table_is_as_far_off_as_it_says(linear_table):
    chance = np.random.default_rng(5)
    count = 60
    drawn = {name: chance.uniform(*span, count) for name, span in linear_table.grid.ranges.items()}
    second = np.repeat([2e9, 4e9], count // 2)
    points = Points(
        np.full(count, 4e9), second, drawn.pop("temperature_source"), drawn.pop("temperature_drain")
    )
    rates = Rates(**drawn)
    found, true = (model(rates, points, RESONATOR) for model in (linear_table, MODELS["linear"]))
    for box, part in enumerate((second == 2e9, second == 4e9)):
        for side, (one, other) in enumerate(((found.hot, true.hot), (found.cold, true.cold))):
            off = np.sqrt(np.mean((one - other)[part] ** 2))
            # Two sets of some thirty places know the mean square of an error with a tail to within a factor.
            assert linear_table.error[box, side] / 2.5 < off < 2.5 * linear_table.error[box, side]
            assert off < (1e-3, 1e-2)[box] * linear_table.size[box, side]
    np.testing.assert_allclose(found.hot + found.cold + found.parasitic, 0, atol=1e-30)


@pytest.mark.parametrize("name", TableDerivatives.PARAMETERS[:6])
def test_slopes_are_those_of_the_table_and_near_those_of_the_model(linear_table, name):
    field = {"T_h": "temperature_source", "T_c": "temperature_drain"}.get(name, name)
    step = {"g": 1e4, "T": 1e-6}[name[0]]

    def moved(sign):
        if name in ("T_h", "T_c"):
            points = replace(POINTS, **{field: getattr(POINTS, field) + sign * step})
            return linear_table(INSIDE, points, RESONATOR)
        return linear_table(
            replace(INSIDE, **{field: getattr(INSIDE, field) + sign * step}), POINTS, RESONATOR
        )

    found, true = (
        slopes(INSIDE, POINTS, RESONATOR).by(name) for slopes in (linear_table.slopes, SLOPES["linear"])
    )
    up, down = moved(1), moved(-1)
    for side in ("hot", "cold", "parasitic"):
        by_steps = (getattr(up, side) - getattr(down, side)) / (2 * step)
        size = np.abs(getattr(found, side)).max()
        np.testing.assert_allclose(getattr(found, side), by_steps, rtol=0, atol=2e-5 * size)
    if name != "T_p":  # which moves these currents by hundredths of what the table is off by
        np.testing.assert_allclose(found.cold, true.cold, rtol=0, atol=0.05 * np.abs(true.cold).max())


def test_the_slope_by_an_imperfection_is_that_of_the_table(linear_table):
    on = replace(POINTS, frequency_2=np.full(3, 4e9))
    at, step = replace(INSIDE, mismatch=7e6), 1e4
    up, down = (linear_table(replace(at, mismatch=7e6 + sign * step), on, RESONATOR) for sign in (1, -1))
    found = linear_table.slopes(at, on, RESONATOR).by("mismatch").cold
    by_steps = (up.cold - down.cold) / (2 * step)
    np.testing.assert_allclose(found, by_steps, rtol=0, atol=1e-4 * np.abs(by_steps).max())


def test_many_rates_at_once_are_the_same_as_one_after_the_other(linear_table):
    gammas = np.array([[0.42e9], [0.5e9], [0.58e9]])
    rows = linear_table(replace(INSIDE, gamma_h=gammas), POINTS, RESONATOR).cold
    for row, gamma in zip(rows, gammas.ravel(), strict=True):
        alone = linear_table(replace(INSIDE, gamma_h=gamma), POINTS, RESONATOR).cold
        np.testing.assert_allclose(row, alone, rtol=1e-12)


@pytest.mark.parametrize(
    ("rates", "points", "words"),
    [
        ({"gamma_h": 0.7e9}, {}, "gamma_h from 7e8 1/s to 7e8 1/s, found 4e8 1/s to 6e8 1/s"),
        (
            {},
            {"temperature_drain": np.full(3, 0.3)},
            "temperature_drain from 300 mK to 300 mK, found 80 mK to 200 mK",
        ),
        ({"asymmetry": 0.05}, {}, "asymmetry from 0.05 to 0.05, found no such axis"),
        ({}, {"frequency_2": np.full(3, 3e9)}, "must hold qubits at 4 and 3 GHz"),
    ],
)
def test_outside_of_a_table_it_is_said_what_is_needed_and_what_is_there(linear_table, rates, points, words):
    with pytest.raises(DataError, match=words):
        linear_table(replace(INSIDE, **rates), replace(POINTS, **points), RESONATOR)


def test_a_table_of_another_chip_is_refused(linear_table):
    with pytest.raises(
        DataError, match=r"resonators of 4 GHz, Q = 7\.18, exponent 0, found one of 4 GHz, Q = 20"
    ):
        linear_table(INSIDE, POINTS, Resonator(4e9, 7.18))


def test_a_table_is_a_model_by_its_name_and_the_same_when_read_again(linear_table):
    again = read_table(linear_table.source)
    assert TABLES[again.name] is linear_table and again.model == "linear"
    found, other = (table(INSIDE, POINTS, RESONATOR).hot for table in (again, MODELS[linear_table.name]))
    np.testing.assert_array_equal(found, other)


def test_what_is_finished_is_not_computed_again(tmp_path):
    log, file = tmp_path / "log", tmp_path / "table.nc"
    told = []
    with pytest.raises(KeyboardInterrupt):
        tabulate(_counting(log, stop_after=64), RESONATOR, GRID, file, degree=3)
    assert not file.exists() and asked(log) == 64 + plans.CHUNK  # the next chunk was begun
    log.unlink()
    table = tabulate(_counting(log), RESONATOR, GRID, file, degree=3, announce=told.append)
    assert asked(log) == PLACES - 64 and (told[0].places, told[0].missing) == (PLACES, PLACES - 64)
    assert [one.name for one in tmp_path.iterdir() if one.name != "log"] == ["table.nc"]
    tabulate(_counting(log), RESONATOR, GRID, file, degree=3)
    assert asked(log) == PLACES - 64
    assert table.largest_error.max() < 1e-2 * table.size.max()


def test_a_higher_degree_computes_only_what_it_needs_more(tmp_path):
    log, file = tmp_path / "log", tmp_path / "table.nc"
    rough = tabulate(_counting(log), RESONATOR, GRID, file, degree=3)
    fine = tabulate(_counting(log), RESONATOR, GRID, file, degree=5)
    assert asked(log) == 384 + 32
    assert np.all(fine.error < rough.error / 3)
    assert tabulate(_counting(log), RESONATOR, GRID, file, degree=4).degree == 5


@pytest.mark.parametrize("damage", ["cut", "flipped", "part"])
def test_what_is_half_written_or_damaged_counts_for_nothing(tmp_path, damage):
    log, file = tmp_path / "log", tmp_path / "table.nc"
    with pytest.raises(KeyboardInterrupt):
        tabulate(_counting(log, stop_after=64), RESONATOR, GRID, file, degree=3)
    first = tmp_path / "table.nc.chunks" / "box-00-000000.nc"
    content = first.read_bytes()
    if damage == "part":
        first.rename(f"{first}.part")
    else:
        middle = len(content) // 2
        first.write_bytes(
            content[:middle]
            if damage == "cut"
            else content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        )
    log.unlink()
    tabulate(_counting(log), RESONATOR, GRID, file, degree=3)
    assert asked(log) == PLACES - 64 + plans.CHUNK


def test_a_file_of_something_else_is_never_written_over(tmp_path, make_switching_dataset):
    file, other = tmp_path / "table.nc", tmp_path / "reduced.nc"
    tabulate(smooth_model, RESONATOR, GRID, file, degree=2)
    before = file.read_bytes()
    for resonator, grid in ((Resonator(4e9, 7.0), GRID), (RESONATOR, GRID.with_ranges({"T_p": (0.0, 0.1)}))):
        with pytest.raises(DataError, match="table of the same model, resonator, ranges and version"):
            tabulate(smooth_model, resonator, grid, file, degree=2)
    assert file.read_bytes() == before
    make_switching_dataset().to_netcdf(other, engine="h5netcdf")
    with pytest.raises(DataError, match="a new file or a table, found another dataset"):
        tabulate(smooth_model, RESONATOR, GRID, other, degree=2)
    with pytest.raises(DataError, match="must be a table of 'valvelab tabulate'"):
        read_table(other)


def test_only_one_process_computes_a_table(tmp_path):
    folder = tmp_path / "table.nc.chunks"
    folder.mkdir()
    with (
        lock(folder / "table.lock", "table"),
        pytest.raises(RunError, match=r"table\.nc: must be free, but process"),
    ):
        tabulate(smooth_model, RESONATOR, GRID, tmp_path / "table.nc", degree=2)


def test_what_takes_too_long_is_refused_before_it_begins(tmp_path):
    def slow(rates, points, resonator):
        time.sleep(0.01)
        return smooth_model(rates, points, resonator)

    told = []
    with pytest.raises(DataError, match=r"128 places of 1\d ms for one process, 1\.\d s; lower --degree"):
        tabulate(slow, RESONATOR, GRID, tmp_path / "t.nc", degree=3, longest=0.5, announce=told.append)
    assert told[0].seconds == pytest.approx(128 * 0.011, abs=0.6)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_into_memory_is_refused_before_it_begins(tmp_path):
    many = {"asymmetry": (-0.1, 0.1), "mismatch": (-1e7, 1e7), "exchange": (0.0, 1e7)}
    with pytest.raises(
        DataError, match=r"less than 2 GiB of memory, found degree 12 on 9 axes, \S+ GiB; lower --degree"
    ):
        tabulate(smooth_model, RESONATOR, GRID.with_ranges(many), tmp_path / "t.nc", degree=12)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raised", "words"), [(True, "no convergence"), (False, "one that is exact to 0.004 only")]
)
def test_where_a_model_fails_is_said(tmp_path, raised, words):
    def failing(rates, points, resonator):
        strong = np.asarray(rates.gamma_h) > 0.55e9
        if raised and np.any(strong):
            raise ValueError("no convergence")
        return replace(smooth_model(rates, points, resonator), relative_error=np.where(strong, 4e-3, 1e-5))

    with pytest.raises(
        DataError,
        match=rf"an answer at frequency_1 = 4e\+09, .*gamma_h = [56]\S*, .*, found {words}; narrow",
    ):
        tabulate(failing, RESONATOR, GRID, tmp_path / "t.nc", degree=2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"gamma_h": (0.6e9, 0.4e9)},
            "gamma_h must go from a lower to a higher value, found 6e.08 to 4e.08 1/s",
        ),
        ({"gamma_c": (0.0, 1e9)}, "gamma_c must begin at above 0, found 0 1/s"),
        ({"T_p": (-0.1, 0.1)}, "T_p must begin at 0 or more, found -0.1 K"),
        ({"gain": (0.9, 1.1)}, "ranges must be of gamma_h.*, found gain"),
    ],
)
def test_wrong_ranges_are_refused(change, words):
    with pytest.raises(DataError, match=words):
        TableGrid({**RANGES, **change}, (BOX,))


def test_a_missing_axis_and_missing_frequencies_are_refused():
    with pytest.raises(DataError, match="must hold T_p"):
        TableGrid({name: span for name, span in RANGES.items() if name != "T_p"}, (BOX,))
    with pytest.raises(DataError, match="must be a pair of frequencies, found none"):
        TableGrid(RANGES, ())


def test_frequencies_that_are_near_are_one_box_and_a_scan_is_an_axis():
    scan = [(4e9, 4e9 + step) for step in (-60e6, 0.0, 60e6)]
    boxes = boxes_of([*scan, (4e9 + 1e5, 4e9), (4e9, 2e9), (2e9, 2e9)], RESONATOR)
    assert boxes == (
        ((2e9, 2e9), (2e9, 2e9)),
        ((4e9, 4e9), (2e9, 2e9)),
        ((4e9, 4e9 + 1e5), (4e9 - 60e6, 4e9 + 60e6)),
    )
    names = [axis.name for axis in TableGrid(RANGES, boxes).axes(boxes[2], RESONATOR)]
    assert names == [*RANGES, "frequency_2"]


def test_nodes_do_not_depend_on_how_many_there_are():
    plan = plans.TablePlan(smooth_model, "smooth", RESONATOR, GRID, 3)
    alone = plan.values(plans.Chunk(0, 64))
    whole = GRID.nodes(BOX, RESONATOR, np.arange(96))
    for name, values in alone.items():
        np.testing.assert_array_equal(values, whole[name][64 : 64 + plans.CHUNK])


def test_a_table_of_transmons_knows_them_and_is_theirs_alone(tmp_path, make_switching_dataset):
    grid = TableGrid({**RANGES, "gamma_p": (0.01e9, 0.02e9)}, boxes_of([(4e9, 2e9)], RESONATOR))
    with pytest.raises(DataError, match="'levels' must know E_C / h of both transmons, found none"):
        tabulate("levels", RESONATOR, grid, tmp_path / "none.nc", degree=3)
    assert not list(tmp_path.iterdir())
    transmons = Transmons((178e6, 150e6), 4)
    made = tabulate("levels", RESONATOR, grid, tmp_path / "levels.nc", degree=3, transmons=transmons)
    assert read_table(tmp_path / "levels.nc").transmons == transmons
    true = MODELS["levels"](replace(INSIDE, transmons=transmons), POINTS, RESONATOR).cold
    found = made(INSIDE, POINTS, RESONATOR).cold
    assert np.abs(found - true).max() < 3 * made.largest_error.max() < 0.02 * np.abs(true).max()
    qubits = MODELS["pair"](INSIDE, POINTS, RESONATOR).cold
    assert np.abs(qubits - true).max() > 5 * np.abs(found - true).max()
    # A table that is asked for again with other transmons is another table.
    with pytest.raises(DataError, match="choose another --out or remove it"):
        tabulate("levels", RESONATOR, grid, tmp_path / "levels.nc", degree=3, transmons=Transmons((1e8, 1e8)))
    other = make_switching_dataset(seed=1).assign_attrs(charging_energy_1=178e6, charging_energy_2=178e6)
    with pytest.raises(
        DataError, match="charging energies of 178 MHz and 178 MHz, found 178 MHz and 150 MHz"
    ):
        fit_switching(other, made)


def test_a_table_of_models_that_said_something_else_is_refused(tmp_path):
    grid = TableGrid({**RANGES, "gamma_p": (0.01e9, 0.02e9)}, boxes_of([(4e9, 2e9)], RESONATOR))
    tabulate("pair", RESONATOR, grid, tmp_path / "pair.nc", degree=2)
    made = read_dataset(tmp_path / "pair.nc")
    stated = json.loads(made.attrs["stated"])
    del stated["models"]
    write_dataset(made.assign_attrs(stated=json.dumps(stated)), tmp_path / "old.nc")
    with pytest.raises(DataError, match="found one of revision 1, which said something else; tabulate again"):
        read_table(tmp_path / "old.nc")

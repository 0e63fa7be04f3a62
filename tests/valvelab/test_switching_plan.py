"""What a protocol may ask for besides cells of palindromes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import valvelab.cli
from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError, LimitError
from valvelab.limits import check_limits
from valvelab.protocol import Protocol
from valvelab.sim import preset_path
from valvelab.station_file import StationFile
from valvelab.walk import CENTRING

CLI = Path(valvelab.cli.__file__).parent
DEVICE = load_configuration(preset_path("paper"), Device)
SHORT = [
    ("[60 mK, 120 mK, 180 mK]", "[60 mK]"),
    ("[120 mK, 180 mK, 240 mK, 310 mK, 384 mK]", "[60 mK, 384 mK]"),
    ("readings_per_visit: 2\n", ""),
]


@pytest.fixture
def load(tmp_path):
    """Return a function that reads a short protocol with further keys."""

    def loader(more="", *changes):
        text = (CLI / "demo-protocol.yaml").read_text(encoding="utf-8") + more
        for old, new in [*SHORT, *changes]:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "protocol.yaml"
        path.write_text(text, encoding="utf-8")
        return load_configuration(path, Protocol)

    return loader


def names(plan, cell, block):
    return [r.configuration for r in plan.readings if r.visit == (cell, block, "")]


def test_a_random_order_visits_everything_twice_differs_between_blocks_and_is_the_same_again(load):
    plan = load("order: random\nseed: 7\n").plan(DEVICE)
    orders = [names(plan, 1, block) for block in range(8)]
    assert all(Counter(order) == dict.fromkeys(("off", "both", "only_1", "only_2"), 2) for order in orders)
    assert all(Counter(order[:4]) == Counter(order[4:]) for order in orders)
    assert len({tuple(order) for order in orders}) > 6
    assert plan.readings == load("order: random\nseed: 7\n").plan(DEVICE).readings
    assert plan.readings != load("order: random\nseed: 8\n").plan(DEVICE).readings


def test_a_scan_moves_one_qubit_and_leaves_the_other_on_resonance(load):
    plan = load("scan: {qubit: 2, frequencies: [3.8 GHz, 4.1 GHz]}\n").plan(DEVICE)
    order = names(plan, 1, 0)
    assert order == order[::-1] and order[4:6] == ["scan_000", "scan_001"]
    for reading in plan.readings:
        if reading.configuration.startswith("scan"):
            fluxes = DEVICE.flux.fluxes([reading.coil_current_1, reading.coil_current_2])
            found = [float(qubit.frequency(flux)) for qubit, flux in zip(DEVICE.qubits, fluxes, strict=True)]
            wanted = {"scan_000": 3.8e9, "scan_001": 4.1e9}[reading.configuration]
            assert found == pytest.approx([4e9, wanted], rel=1e-12, abs=0)


def test_a_search_goes_up_and_down_on_the_branch_of_the_flux_on_which_is_measured(load):
    plan = load("recentre: {every: 3, span: 400 MHz, points: 5}\n").plan(DEVICE)
    searches = [r for r in plan.readings if r.configuration.startswith(CENTRING)]
    assert len(searches) == 3 * 2 * 10  # before blocks 0, 3 and 6 of the cell that is heated
    assert {(r.cell, r.block) for r in searches} == {(1, 0), (1, 3), (1, 6)}
    first = searches[:10]
    assert [r.frequency_1 for r in first] == [r.frequency_1 for r in first][::-1]
    assert (first[0].frequency_1, first[4].frequency_1) == (3.8e9, 4.2e9)
    assert {r.frequency_2 for r in first} == {2e9}
    both = next(r for r in plan.readings if r.configuration == "both")
    here = DEVICE.flux.fluxes([both.coil_current_1, both.coil_current_2])
    fluxes = np.array([DEVICE.flux.fluxes([r.coil_current_1, r.coil_current_2]) for r in first])
    assert np.all(np.abs(fluxes[:, 0] - here[0]) < 0.05)
    # Each search is repeated as a whole, and is not part of the block it precedes.
    assert plan.begins[first[5].index] == first[0].index
    assert plan.begins[first[0].index + 20] == first[0].index + 20


def test_references_are_blocks_of_a_cell_without_heating_that_come_again(load):
    plan = load("reference_every: 4\n").plan(DEVICE)
    begins = sorted(set(plan.begins[:-1]))
    heated = ["r" if plan.readings[begin].heater_voltage == 0 else "h" for begin in begins]
    # The grid has a cell without heating, too: its own eight blocks come first.
    assert "".join(heated) == "r" * 8 + "rhhhhrhhhh"
    blocks = [plan.readings[begin].block for begin in begins if plan.readings[begin].cell == 0]
    assert blocks == list(range(10)) and plan.cells == 2


def test_a_heater_that_is_reversed_heats_the_same(load):
    plan = load("reverse_heater_every: 2\n").plan(DEVICE)
    heater = DEVICE.source.heater
    voltages = {r.block: r.heater_voltage for r in plan.readings if r.cell == 1}
    assert [voltages[block] > 0 for block in range(8)] == [True, True, False, False] * 2
    powers = [float(heater.power(voltage - heater.offset)) for voltage in voltages.values()]
    assert powers == pytest.approx([powers[0]] * 8, rel=1e-12, abs=0)
    station = load_configuration(CLI / "demo-station.yaml", StationFile)
    with pytest.raises(
        LimitError, match=r"protocol.yaml:\d+:\d+: reverse_heater_every: the heater_voltage for 384 mK"
    ):
        check_limits(station, plan)


def test_a_heated_drain_needs_its_heater_on_the_chip_and_in_the_station(load):
    protocol = load("heated: drain\n")
    with pytest.raises(ConfigurationError, match=r"drain\.heater: must be known to heat"):
        protocol.plan(DEVICE)
    swapped = DEVICE.model_copy(
        update={"drain": DEVICE.drain.model_copy(update={"heater": DEVICE.source.heater})}
    )
    plan = protocol.plan(swapped)
    warm = plan.readings[-1]
    assert "drain_heater" in warm.set_points and "source_heater" not in warm.set_points
    power = float(swapped.drain.heater.power(warm.heater_voltage))
    assert float(swapped.drain.electron_temperature(power, 0.06)) == pytest.approx(0.384, rel=1e-12, abs=0)
    station = load_configuration(CLI / "demo-station.yaml", StationFile)
    with pytest.raises(LimitError, match="drain_heater: must be in the station file"):
        check_limits(station, plan)


def test_the_time_that_each_reading_takes_adds_up(load):
    plan = load("reference_every: 4\nrecentre: {every: 3, span: 400 MHz}\n").plan(DEVICE)
    assert len(plan.waits) == len(plan.readings) and sum(plan.waits) == plan.duration
    before = None
    for reading, wait in zip(plan.readings, plan.waits, strict=True):
        moved = before is None or reading.set_points != before.set_points
        assert wait == pytest.approx(plan.reading_time, abs=1e-12) or moved
        before = reading


def test_the_blocks_of_a_plan_are_its_visits_in_order(load):
    plan = load("reference_every: 4\nrecentre: {every: 3, span: 400 MHz}\n").plan(DEVICE)
    assert plan.begins[-1] == len(plan.readings) and plan.begins[0] == 0
    assert list(plan.begins) == sorted(plan.begins)
    for reading in plan.readings:
        first = plan.readings[plan.begins[reading.index]]
        assert first.visit == reading.visit and first.index <= reading.index
    assert plan.blocks == len({r.visit for r in plan.readings})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("order: random\n", "seed: must be given where the order is random"),
        ("seed: 3\n", "seed: must be given where the order is random"),
        ("order: shuffled\nseed: 3\n", "order: must be 'palindrome' or 'random'"),
        ("heated: sink\n", "heated: must be 'source' or 'drain'"),
        ("scan: {qubit: 3, frequencies: [4 GHz]}\n", "scan.qubit: must be at most 2"),
        ("scan: {qubit: 1, frequencies: [4 GHz, 4 GHz]}\n", "scan.frequencies: must list each entry once"),
        ("scan: {qubit: 1, frequencies: [4]}\n", "scan.frequencies.1: must be a frequency"),
        ("recentre: {every: 0, span: 400 MHz}\n", "recentre.every: must be at least 1"),
        ("recentre: {every: 2, span: 400 MHz, points: 4}\n", "recentre.points: must be at least 5"),
        ("recentre: {every: 2, span: 400}\n", "recentre.span: must be a span with its unit"),
        ("stop: {}\n", "stop: must say when to stop"),
        ("stop: {enhancement: 1}\n", "stop.enhancement: must be a share between 0.01 % and 50 %"),
        ("stop: {enhancement: 0.001 %}\n", "stop.enhancement: must be a share between 0.01 % and 50 %"),
        ('stop: {at: "6:00"}\n', "stop.at: must be a time of day"),
        ('stop: {at: "24:10"}\n', "stop.at: must be a time of day"),
        (
            "suspend: {distance: 3 mK, longest: 20 s}\n",
            "suspend.longest: must be above the time of good_readings, 50 s, found 20 s",
        ),
        (
            "suspend: {distance: 3 mK, good_readings: 1, longest: 2 h}\n",
            "suspend.good_readings: must be at least 2",
        ),
        (
            "suspend: {distance: 3 MK, longest: 2 h}\n",
            "suspend.distance: must be a distance of a temperature",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_moves(load, more, words):
    with pytest.raises(ConfigurationError) as caught:
        load(more)
    assert len(str(caught.value).splitlines()) == 1 and words in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    ("stable", "words"),
    [
        (
            "{mixing_chamber: 1 mK, duration: 1 min, longest: 1 min}",
            "settle.until_stable.longest: must be above duration, 1 min, found 1 min; it could never be met",
        ),
        ("{duration: 1 min, longest: 1 h}", "settle.until_stable: must say what is to be steady"),
        (
            "{thermometers: 0 V, duration: 1 min, longest: 1 h}",
            "settle.until_stable.thermometers: must be a distance of a voltage between",
        ),
    ],
)
def test_a_rule_that_can_never_be_met_is_refused(load, stable, words):
    with pytest.raises(ConfigurationError) as caught:
        load("", ("bath: 20 min}", f"bath: 20 min, until_stable: {stable}}}"))
    assert words in str(caught.value), str(caught.value)

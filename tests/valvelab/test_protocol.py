"""The switching protocol as a plan."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError
from valvelab.protocol import Protocol
from valvelab.sim import preset
from valvelab.switching_plan import make_plan

DEMO = Path(__file__).parents[2] / "valvelab/cli/demo-protocol.yaml"
DEVICE = preset("paper")
TEXT = DEMO.read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path):
    def loader(*changes):
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "protocol.yaml"
        path.write_text(text, encoding="utf-8")
        return load_configuration(path, Protocol)

    return loader


def test_every_cell_has_every_block_forwards_and_backwards(load):
    protocol = load()
    plan = make_plan(protocol, DEVICE)
    for cell in range(plan.cells):
        for block in range(protocol.blocks_per_cell):
            names = [r.configuration for r in plan.readings if (r.cell, r.block) == (cell, block)]
            assert names == names[::-1]
            assert names[: len(names) // 2 : protocol.readings_per_visit] == list(protocol.block)
    assert [r.index for r in plan.readings] == list(range(len(plan.readings)))


def test_set_points_give_the_frequencies_that_were_asked_for(load):
    for reading in make_plan(load(), DEVICE).readings[:8]:
        fluxes = DEVICE.flux.fluxes([reading.coil_current_1, reading.coil_current_2])
        found = [float(qubit.frequency(flux)) for qubit, flux in zip(DEVICE.qubits, fluxes, strict=True)]
        assert found == pytest.approx([reading.frequency_1, reading.frequency_2], rel=1e-12, abs=0)


def test_the_coil_currents_are_the_smallest_of_the_equivalent_ones(load):
    reading = next(r for r in make_plan(load(), DEVICE).readings if r.configuration == "both")
    largest = max(abs(reading.coil_current_1), abs(reading.coil_current_2))
    wanted = [float(qubit.flux(4e9)) for qubit in DEVICE.qubits]
    for signs in [(1, 1), (1, -1), (-1, 1), (-1, -1)]:
        for shift in [(0, 0), (1, 0), (0, 1), (-1, -1), (2, 1)]:
            currents = DEVICE.flux.coil_currents(np.array(signs) * wanted + shift)
            assert np.abs(currents).max() >= largest - 1e-15


def test_a_source_that_would_be_colder_than_the_bath_is_left_out_and_one_as_cold_is_not_heated(load):
    plan = make_plan(load(), DEVICE)
    pairs = {(r.bath_temperature, r.source_temperature) for r in plan.readings}
    assert (0.18, 0.12) not in pairs and (0.18, 0.18) in pairs
    for reading in plan.readings:
        assert reading.source_temperature >= reading.bath_temperature
        assert (reading.heater_voltage == 0) == (reading.source_temperature == reading.bath_temperature)


def test_the_heater_voltage_makes_the_power_that_the_phonons_take(load):
    reading = make_plan(load(), DEVICE).readings[-1]
    source = DEVICE.source
    power = float(source.heater.power(reading.heater_voltage))
    assert float(source.electron_temperature(power, reading.bath_temperature)) == pytest.approx(
        0.384,
        rel=1e-12,
        abs=0,
    )


def test_the_duration_counts_settling_and_readings(load):
    protocol = load(("blocks_per_cell: 8", "blocks_per_cell: 1"), ("[60 mK, 120 mK, 180 mK]", "[60 mK]"))
    plan = make_plan(protocol, DEVICE, reading_time=0.5)
    cells, moves, readings = 5, 6, 16
    # A palindrome rests at its turn, and the next cell begins where the last one ended.
    assert plan.duration == pytest.approx(
        1200 + (cells - 1) * 10 + cells * (moves * 2 + readings * 0.5), rel=1e-12, abs=0
    )


@settings(max_examples=30, deadline=None)
@given(
    baths=st.lists(st.floats(0.02, 0.3), min_size=1, max_size=3, unique=True),
    sources=st.lists(st.floats(0.02, 0.5), min_size=1, max_size=3, unique=True),
    blocks=st.integers(1, 3),
)
def test_any_protocol_is_planned_in_full_or_refused(baths, sources, blocks):
    protocol = load_configuration(DEMO, Protocol).model_copy(
        update={
            "bath_temperatures": tuple(baths),
            "source_temperatures": tuple(sources),
            "blocks_per_cell": blocks,
        }
    )
    reachable = sum(source >= bath for bath in baths for source in sources)
    if reachable == 0:
        with pytest.raises(
            ConfigurationError, match=r"source_temperatures: must reach the lowest.*no cell is left"
        ):
            make_plan(protocol, DEVICE)
        return
    plan = make_plan(protocol, DEVICE)
    assert plan.cells == reachable
    assert len(plan.readings) == reachable * blocks * 8 * protocol.readings_per_visit
    assert all(math.isfinite(r.heater_voltage) for r in plan.readings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("both: [4 GHz, 4 GHz]", "both: [4 GHz, 9 GHz]"),
            [
                "protocol.yaml:8:17: configurations.both.2: qubit 2",
                "6.3 GHz",
                "found 9 GHz",
                "paper.yaml:8: qubits.2",
            ],
        ),
        (("[2 GHz, 2 GHz]", "[1 GHz, 2 GHz]"), ["configurations.off", "qubit 1", "1.31"]),
    ],
)
def test_a_frequency_out_of_reach_is_refused_with_qubit_and_range(load, change, words):
    with pytest.raises(ConfigurationError) as caught:
        make_plan(load(change), DEVICE)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "  only_2: [2 GHz, 4 GHz]\n",
            "",
            ["block.4: must name a configuration that is defined, found only_2"],
        ),
        (
            "[off, both, only_1, only_2]",
            "[both, only_1]",
            ["protocol.yaml:11:1: block: must hold 'off'", "both, only_1"],
        ),
        (
            "[off, both, only_1, only_2]",
            "[]",
            ["block: must list at least one entry (configurations, e.g. [off,"],
        ),
        (
            "[off, both, only_1, only_2]",
            "off",
            ["block: must be a list of configurations, e.g.", "found 'off'"],
        ),
        (
            "[60 mK, 120 mK, 180 mK]",
            "[60 mK, 60 mK]",
            ["bath_temperatures: must list each entry once"],
        ),
        (
            "[60 mK, 120 mK, 180 mK]",
            "60 mK",
            ["bath_temperatures: must be a list of temperatures, e.g. [60 mK"],
        ),
        ("[60 mK, 120 mK, 180 mK]", "[]", ["bath_temperatures: must list at least one entry (temperatures"]),
        (
            "[60 mK, 120 mK, 180 mK]",
            "[-60 mK]",
            ["bath_temperatures.1: must be a temperature between", "found -60 mK"],
        ),
        (
            "[4 GHz, 4 GHz]",
            "[4 GHz, 4 GHz, 4 GHz]",
            ["both: must be two frequencies, one per qubit, found three"],
        ),
        ("[4 GHz, 4 GHz]", "[4,0 GHz, 4,0 GHz]", ["found four; write decimals with a point"]),
        ("bath: 20 min", "bath: 20", ["settle.bath", "write '20 min' or '20 s'"]),
        (
            "bath: 20 min",
            "bath: 1e9 h",
            ["settle.bath: must be a settling time between 0 s and 100 h, found 1e9 h"],
        ),
        ("blocks_per_cell: 8", "blocks_per_cell: eight", ["must be a whole number, found 'eight'"]),
        ("blocks_per_cell: 8", "blocks_per_cell: 0", ["must be at least 1, found 0"]),
        ("name: switching", "name: 3", ["name: must be text, found 3"]),
    ],
)
def test_a_wrong_protocol_is_answered_once_in_the_experiment_s_words(load, old, new, words):
    with pytest.raises(ConfigurationError) as caught:
        load((old, new))
    assert len(str(caught.value).splitlines()) == 1, str(caught.value)
    for word in words:
        assert word in str(caught.value), str(caught.value)


@pytest.mark.parametrize(("part", "key"), [("flux", "flux"), ("source", "source.heater")])
def test_a_device_that_is_not_known_well_enough_is_refused(load, part, key):
    with pytest.raises(ConfigurationError, match=rf"paper\.yaml:\d+:\d+: {key}: must be known"):
        make_plan(load(), DEVICE.model_copy(update={part: None}))

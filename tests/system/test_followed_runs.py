"""Whole runs that follow ridges and regulate heaters, and runs with source and drain exchanged."""

import re

import numpy as np
import pytest

from tests.system.run_texts import blocks, faults, journal, status
from valvelab.analysis import reduce
from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, read_dataset
from valvelab.device import Device
from valvelab.history import events
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run
from valvelab.walk import CENTRING


def test_source_and_drain_can_be_exchanged(lab, run_files, tmp_path):
    heater = "  heater: {resistance: 10 kOhm, divider: 1000}\n"
    drain = ("bias_current: 5 pA}\n", "bias_current: 5 pA}\n" + heater)
    box = '  "TCPIP0::192.168.150.14::inst0::INSTR": {model: gs200, wired_to: drain_heater}\n'
    wired = ("boxes:\n", "boxes:\n" + box)
    station = (
        "source_thermometer:\n",
        "drain_heater:\n  driver: YokogawaGS200\n  address: TCPIP0::192.168.150.14::inst0::INSTR\n"
        "  range: 1 V\n  limits: [-1 V, 1 V]\n  resolution: 10 uV\n  maximum_step: 100 mV\n"
        "  ramp_rate: 200 mV/s\nsource_thermometer:\n",
    )
    files = run_files(
        lab(
            device=[drain],
            cryostat=[drain, wired],
            station=[station],
            protocol=[blocks(4), ("settle:", "heated: drain\nreverse_heater_every: 1\nsettle:")],
        )
    )
    run = create_run(tmp_path / "run", files)
    raw = read_dataset(execute(run), RAW)
    assert set(np.sign(raw["heater_voltage"].values)) == {-1.0, 1.0}
    reduced = reduce(raw, run.device)
    assert np.all(reduced["temperature_source"] > 0.35) and np.all(reduced["temperature_drain"] < 0.15)
    # What flows from the drain into the source warms it: more with both qubits than with one.
    names, values = (reduced[name].values for name in ("configuration", "heat_power_drain"))
    power = dict(zip(names.astype(str), values, strict=True))
    assert power["both"] > power["only_1"] > 0 and power["both"] > power["only_2"] > 0


def test_a_ridge_that_has_moved_is_found_and_followed(lab, run_files, tmp_path):
    # A jump of 20 mPhi0 detunes qubit 1 by 0.3 GHz, more than the width of the line.
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 9\nrecentre: {every: 3, span: 1.2 GHz, points: 13}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 20 mPhi0, start: 1330 s}")
    folder = lab(protocol=protocol, cryostat=jump)
    raw = read_dataset(execute(create_run(tmp_path / "run", run_files(folder))), RAW)
    found = [event for event in events(journal(tmp_path / "run"), "recentred") if event["qubit"] == 1]
    assert [round(event["flux_offset"], 3) for event in found] == [0.0, 0.02, 0.02]
    for event, true in zip(found, (0, 0.02, 0.02), strict=True):
        assert abs(event["flux_offset"] - true) < 5 * event["flux_offset_std"]
    device = load_configuration(folder / "device.yaml", Device)
    last = raw.isel(point=raw["configuration"].values == "both").isel(point=slice(-4, None))
    flux = device.flux.fluxes(np.column_stack([last["coil_current_1"], last["coil_current_2"]]))[:, 0] + 0.02
    np.testing.assert_allclose(device.qubits[0].frequency(flux), 4e9, atol=10e6)
    # What was searched for a ridge is kept, and no power is made of it.
    searched = [name for name in raw["configuration"].values if name.startswith(CENTRING)]
    assert len(searched) == 3 * 2 * 26
    reduced = reduce(raw, device)
    assert set(reduced["configuration"].values) == {"both", "only_1", "only_2"}


def test_a_ridge_beyond_the_scan_leaves_things_as_they_were_and_the_run_tainted(lab, run_files, tmp_path):
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 2\nrecentre: {every: 2, span: 300 MHz, points: 7}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 60 mPhi0, start: 0 s}")
    execute(create_run(tmp_path / "run", run_files(lab(protocol=protocol, cryostat=jump))))
    told = status(tmp_path / "run")
    assert told["outcome"] == "tainted"
    assert re.match(r"ridges not followed before reading 28: qubit 1: its ridge must ", told["reason"])
    assert not events(journal(tmp_path / "run"), "recentred")


REGULATED = (
    "blocks_per_cell: 1",
    "blocks_per_cell: 2\nreverse_heater_every: 1\nreference_every: 2\n"
    "regulate: {every: 2, tolerance: 0.8 mK, readings: 6}",
)
OFFSET = ("limits: [0 V, 1 V]", "limits: [-1 V, 1 V]")


def test_a_source_is_brought_to_its_temperature_by_its_own_thermometer(lab, run_files, tmp_path):
    # The heater's resistance is 30 % above what the device file says.
    resistor = ("resistance: 10 kOhm", "resistance: 13 kOhm")
    folder = lab(protocol=[REGULATED], cryostat=[resistor], station=[OFFSET])
    run = create_run(tmp_path / "run", run_files(folder))
    raw = read_dataset(execute(run), RAW)
    records = journal(tmp_path / "run")
    assert status(tmp_path / "run")["outcome"] == "complete"
    steps = events(records, "regulated")
    assert {step["cell"] for step in steps} == {1, 3}  # 0 and 2 are the references
    assert abs(steps[0]["temperature"] - 0.384) > 0.015  # what the law alone would have done
    warm = raw.isel(point=raw["heater_voltage"].values != 0)
    reached = run.device.source.law.temperature(warm["thermometer_voltage_source"].values)
    measured = ~warm["configuration"].astype(str).str.startswith("regulate").values
    assert abs(reached[measured].mean() - 0.384) < 0.8e-3
    assert set(np.sign(warm["heater_voltage"].values)) == {-1.0, 1.0}
    # What brought it there is kept, and no power is made of it.
    assert set(reduce(raw, run.device)["configuration"].values) == {"both", "only_1", "only_2"}


def test_a_heater_that_may_not_give_enough_is_left_and_the_run_is_tainted(lab, run_files, tmp_path):
    resistor = ("resistance: 10 kOhm", "resistance: 20 kOhm")
    protocol = [(REGULATED[0], REGULATED[1].replace("reverse_heater_every: 1\n", ""))]
    files = run_files(
        lab(protocol=protocol, cryostat=[resistor], station=[("limits: [0 V, 1 V]", "limits: [0 V, 300 mV]")])
    )
    execute(create_run(tmp_path / "run", files))
    told = status(tmp_path / "run")
    assert told["outcome"] == "tainted"
    assert re.match("temperature not reached before reading 17: .*heater_voltage", told["reason"]), told[
        "reason"
    ]


@pytest.mark.desk
def test_a_run_that_is_continued_goes_on_with_the_heater_where_it_was(lab, run_files, tmp_path):
    resistor = ("resistance: 10 kOhm", "resistance: 13 kOhm")
    files = run_files(lab(protocol=[REGULATED], cryostat=[resistor], station=[OFFSET]))

    def stop(done, total, reading):
        if done == 16 + 6 + 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(create_run(tmp_path / "run", files), stop)
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    sizes = np.abs(
        raw["heater_voltage"].values[(raw["cell"].values == 1) & (raw["heater_voltage"].values != 0)]
    )
    assert np.ptp(sizes[6:]) < 1e-9


@pytest.mark.desk
def test_a_run_that_is_continued_goes_on_with_the_ridges_where_they_were_found(lab, run_files, tmp_path):
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 3\nrecentre: {every: 9, span: 1.2 GHz, points: 9}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 20 mPhi0, start: 0 s}")
    files = run_files(lab(protocol=protocol, cryostat=jump))
    whole = read_dataset(execute(create_run(tmp_path / "whole", files)), RAW)

    def stop(done, total, reading):
        if done == 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(create_run(tmp_path / "run", files), stop)
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    np.testing.assert_allclose(raw["coil_current_1"], whole["coil_current_1"], rtol=0, atol=2e-8)
    assert abs(raw["coil_current_1"].values[-1] - raw["coil_current_1"].values[0]) > 0

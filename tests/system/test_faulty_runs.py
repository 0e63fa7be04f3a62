"""Whole runs on a cryostat in which things go wrong: nothing wrong is counted, and what can be finished is."""

import json

import numpy as np
import pytest

from valvelab.dataset import RAW, read_dataset
from valvelab.errors import RunError
from valvelab.history import accepted
from valvelab.records import read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run

FAULTS = """faults:
  - {kind: nan, at: drain_thermometer, probability: 0.02}
  - {kind: overflow, at: source_thermometer, probability: 0.02}
  - {kind: garbage, at: drain_thermometer, containing: "READ?", probability: 0.02}
  - {kind: late_reply, at: source_thermometer, containing: "READ?", probability: 0.02, delay: 8 s}
  - {kind: no_reply, at: coil_1, containing: "LEV?", probability: 0.005}
  - {kind: no_reply, at: mixing_chamber, containing: "KRDG?", probability: 0.01}
  - {kind: front_panel, at: coil_2, command: ":SOUR:LEV 2.5E-4", containing: "LEV?", probability: 0.005}
"""
LONG = [("blocks_per_cell: 1", "blocks_per_cell: 4")]


def wrong(faults=FAULTS):
    return [("voltmeter_noise:", f"{faults}voltmeter_noise:")]


@pytest.fixture(scope="module")
def sound(write_lab, run_files, tmp_path_factory):
    """The readings of a run in which nothing goes wrong."""
    folder = tmp_path_factory.mktemp("sound")
    files = run_files(write_lab(folder / "lab", protocol=LONG))
    return read_dataset(execute(create_run(folder / "run", files)), RAW)


def test_a_run_among_faults_has_the_same_readings_and_says_what_it_rejected(lab, run_files, tmp_path, sound):
    files = run_files(lab(protocol=LONG, cryostat=wrong()))
    found = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = list(read_journal(tmp_path / "run/records.jsonl"))
    assert [record["index"] for record in accepted(records)] == list(range(128))
    rejected = [record["rejected"] for record in records if "rejected" in record]
    assert len(rejected) > 5
    status = json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))
    assert (status["outcome"], status["readings"], status["rejected"]) == ("complete", 128, len(rejected))
    for name in ("thermometer_voltage_source", "thermometer_voltage_drain"):
        np.testing.assert_allclose(found[name].values, sound[name].values, rtol=0, atol=1e-6)
    for name in ("coil_current_1", "coil_current_2", "heater_voltage"):
        np.testing.assert_array_equal(found[name].values, sound[name].values)


def test_a_box_that_stays_silent_ends_the_run_safely_and_it_can_be_continued(lab, run_files, tmp_path):
    files = run_files(
        lab(
            cryostat=wrong(
                "faults: [{kind: no_reply, at: drain_thermometer, containing: 'READ?', first: 9}]\n"
            )
        )
    )
    run = create_run(tmp_path / "run", files)
    with pytest.raises(RunError, match=r"reading 8: must succeed within 4 attempts"):
        execute(run)
    log = (tmp_path / "run/run.log").read_text(encoding="utf-8")
    assert all(f"{role} is at zero" in log for role in ("source_heater", "coil_1", "coil_2"))
    cryostat = tmp_path / "run/cryostat.yaml"
    text = cryostat.read_text(encoding="utf-8")
    cryostat.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "no_reply" not in line), encoding="utf-8"
    )
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    assert raw.sizes["point"] == 32


def test_a_stuck_voltmeter_is_found(lab, run_files, tmp_path):
    stuck = "faults: [{kind: stuck, at: drain_thermometer, containing: 'READ?'}]\n"
    run = create_run(tmp_path / "run", run_files(lab(cryostat=wrong(stuck))))
    with pytest.raises(RunError, match="the box is stuck"):
        execute(run)


@pytest.mark.parametrize(
    ("role", "voltage"), [("drain_thermometer", "0 V"), ("source_thermometer", "900 uV")]
)
def test_a_voltage_that_is_no_temperature_is_never_averaged_in(
    lab, run_files, tmp_path, sound, role, voltage
):
    # A wire breaks for six seconds, 20 min of settling and some readings after the start.
    fault = f"faults: [{{kind: broken_thermometer, at: {role}, voltage: {voltage}, start: 1230 s, lasting: 6 s}}]\n"
    found = read_dataset(
        execute(create_run(tmp_path / "run", run_files(lab(protocol=LONG, cryostat=wrong(fault))))), RAW
    )
    records = list(read_journal(tmp_path / "run/records.jsonl"))
    (reason, *_) = [record["rejected"] for record in records if "rejected" in record]
    assert f"{role}: must show between" in reason and "where its voltage means a temperature" in reason
    for name in ("thermometer_voltage_source", "thermometer_voltage_drain"):
        np.testing.assert_allclose(found[name].values, sound[name].values, rtol=0, atol=1e-6)

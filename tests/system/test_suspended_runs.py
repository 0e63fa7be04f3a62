"""Whole runs that are held while something is wrong, and measured again."""

import numpy as np
import pytest

from tests.system.run_texts import SUSPEND, blocks, faults, journal, status
from valvelab.dataset import RAW, read_dataset
from valvelab.errors import LostError, RunError
from valvelab.history import accepted, events
from valvelab.run import execute
from valvelab.run_folder import create_run


def test_a_run_is_held_while_the_bath_is_warm_and_the_block_is_measured_again(lab, run_files, tmp_path):
    # 20 min of settling, then 16 readings in 20 s a block; the warm hour begins in the third block.
    warm = faults("{kind: warm_up, temperature: 200 mK, start: 1250 s, lasting: 1 h}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=warm))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    (held,) = events(records, "suspended")
    (released,) = events(records, "released")
    assert "mixing_chamber: must be within 3 mK of 60 mK, found 6" in held["reason"]
    assert released["seconds"] > 3600
    again = [
        record["index"]
        for record in records
        if "event" not in record and record["sequence"] > held["sequence"]
    ]
    assert again[0] == held["index"] // 16 * 16 and held["index"] % 16 != 0
    assert np.all(np.abs(raw["mixing_chamber_temperature"] - raw["bath_temperature_set_point"]) < 3e-3)
    assert raw.sizes["point"] == 128 and [record["index"] for record in accepted(records)] == list(range(128))
    assert (status(tmp_path / "run")["outcome"], status(tmp_path / "run")["suspended"]) == ("complete", 1)
    # Nothing was measured on the way back: the heater had rested, and was settled anew.
    both = (raw["configuration"] == "both") & (raw["cell"] == 0)
    cold = raw["thermometer_voltage_drain"].values[both.values]
    assert float(cold.std()) < 3e-7


def test_a_bath_that_does_not_come_back_ends_the_run_safely(lab, run_files, tmp_path):
    warm = faults("{kind: warm_up, temperature: 200 mK, start: 1250 s}")
    run = create_run(tmp_path / "run", run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=warm)))
    with pytest.raises(RunError, match=r"found \d+\.?\d* mK, still after 4 h; run 'valvelab resume'"):
        execute(run)
    assert status(tmp_path / "run")["outcome"] == "aborted"
    assert "source_heater is at zero" in (tmp_path / "run/run.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fault",
    [
        "{kind: no_reply, at: mixing_chamber, containing: 'KRDG?', first: 60, times: 40}",
    ],
)
def test_a_bath_that_cannot_be_read_is_no_good_bath(lab, run_files, tmp_path, fault):
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=faults(fault)))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    (held,) = events(records, "suspended")
    assert "must be readable, but is not" in held["reason"]
    assert raw.sizes["point"] == 128
    # After the last bad answer came four good ones, 20 s apart.
    assert events(records, "released")[0]["seconds"] >= 80


@pytest.mark.parametrize("role", ["drain_thermometer", "source_heater"])
def test_a_box_that_hangs_up_is_opened_again_with_all_its_checks(lab, run_files, tmp_path, role):
    # It is away from the third block on, for five minutes.
    lost = faults(f"{{kind: disconnect, at: {role}, start: 1250 s, lasting: 5 min}}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=lost))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    assert "open the station anew" in events(records, "suspended")[0]["reason"]
    assert len(events(records, "session")) >= 2
    assert set(np.diff(raw["session"].values)) <= {0, 1, 2, 3, 4, 5, 6}
    for name in ("block", "configuration"):
        assert raw[name].size == 128
    # A source that could not be brought to rest in the meantime is told of.
    told = status(tmp_path / "run")
    assert told["outcome"] == ("tainted" if role in ("source_heater",) else "complete"), told["reason"]


def test_what_a_stuck_box_said_before_it_was_found_out_does_not_count(lab, run_files, tmp_path):
    stuck = faults("{kind: stuck, at: drain_thermometer, start: 1245 s, lasting: 5 min}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=stuck))
    sound = run_files(lab("sound", protocol=[SUSPEND, blocks(4)]))
    expected = read_dataset(execute(create_run(tmp_path / "whole", sound)), RAW)
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    assert "the box is stuck" in events(records, "suspect")[0]["reason"]
    difference = raw["thermometer_voltage_drain"] - expected["thermometer_voltage_drain"]
    assert (
        float(np.abs(difference).max()) < 1.5e-6
    )  # ten times the noise; what was stuck is off by up to 20 uV
    assert raw.sizes["point"] == 128


@pytest.mark.desk
def test_without_a_rule_to_suspend_a_lost_box_ends_the_run(lab, run_files, tmp_path):
    lost = faults("{kind: disconnect, at: drain_thermometer, start: 1250 s, lasting: 5 min}")
    run = create_run(tmp_path / "run", run_files(lab(protocol=[blocks(4)], cryostat=lost)))
    with pytest.raises(LostError, match="open the station anew"):
        execute(run)
    assert status(tmp_path / "run")["outcome"] == "aborted"

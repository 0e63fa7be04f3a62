"""Readings that must not count: how many of them are found, and how often a sound cryostat is accused.

    python benchmarks/watching.py --trials 100

Each trial is a run in which one thing goes wrong for ten minutes at a random time. It is found if the run says so, by
rejecting, holding or ending, and nothing of it stands among the readings that count. A sound run of 24 h shows the
false alarms.
"""

import argparse
import contextlib
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from valvelab.dataset import RAW, read_dataset
from valvelab.errors import RunError
from valvelab.history import SUSPENDED, accepted, events
from valvelab.records import read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run

sys.path.insert(0, str(Path(__file__).parent))
from survival import laboratory

RULES = "suspend: {distance: 2 mK, good_readings: 5, interval: 20 s, longest: 6 h}\nsettle:"
STABLE = (
    "bath: 20 min, until_stable: {mixing_chamber: 1 mK, thermometers: 500 nV, duration: 20 s, longest: 2 h}"
)
KINDS = {
    "stuck": "{{kind: stuck, at: {meter}, start: {start} s, lasting: 10 min}}",
    "out of range": "{{kind: overflow, at: {meter}, start: {start} s, lasting: 10 min}}",
    "not a number": "{{kind: nan, at: {meter}, start: {start} s, lasting: 10 min}}",
    "drift of the bath": "{{kind: warm_up, temperature: {warm} mK, start: {start} s, lasting: 10 min}}",
}
"""A warm-up relaxes with the time constant of the mixing chamber, one minute: it drifts."""


def files_of(folder: Path, blocks: int, fault: str = "", wait: str = "2 s") -> dict[str, Path]:
    """Write the files of a run that watches, with a fault."""
    files = laboratory(folder, blocks)
    text = files["protocol.yaml"].read_text(encoding="utf-8")
    text = (
        text.replace("[60 mK, 120 mK]", "[60 mK]").replace("settle:", RULES).replace("bath: 20 min", STABLE)
    )
    text = text.replace("configuration: 2 s", f"configuration: {wait}")
    files["protocol.yaml"].write_text(text, encoding="utf-8")
    if fault:
        cryostat = files["cryostat.yaml"].read_text(encoding="utf-8")
        cryostat = cryostat.replace("voltmeter_noise:", f"faults: [{fault}]\nvoltmeter_noise:", 1)
        files["cryostat.yaml"].write_text(cryostat, encoding="utf-8")
    return files


def is_found(folder: Path, fault: str, sound: dict[str, float]) -> bool:
    """Run with a fault, and tell whether the run said so and no reading that counts is wrong."""
    folder.mkdir()
    run = create_run(folder / "run", files_of(folder / "lab", 20, fault))
    with contextlib.suppress(RunError):
        execute(run)
    records = list(read_journal(run.folder / "records.jsonl"))
    said = bool(events(records, SUSPENDED)) or any("rejected" in record for record in records)
    wrong = sum(
        abs(record["thermometer_voltage_drain"] - sound[record["configuration"]]) > 1.5e-6
        or abs(record["mixing_chamber_temperature"] - 0.06) > 2e-3
        for record in accepted(records)
    )
    return said and not wrong


def main() -> None:
    """Do so many trials, the kinds in turn, and one sound run of a day."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = np.random.default_rng(asked.seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        raw = read_dataset(execute(create_run(root / "sound", files_of(root / "lab", 6))), RAW)
        drain, name = raw["thermometer_voltage_drain"].values, raw["configuration"].values
        sound = {str(one): float(drain[name == one].mean()) for one in np.unique(name)}
        for number in range(asked.trials):
            kind = list(KINDS)[number % len(KINDS)]
            meter = chance.choice(["source_thermometer", "drain_thermometer"])
            keys = {
                "meter": meter,
                "start": f"{chance.uniform(1260, 1500):.1f}",
                "warm": chance.integers(70, 200),
            }
            found[kind] += is_found(root / f"trial-{number}", KINDS[kind].format(**keys), sound)
            print(f"\r{number + 1} of {asked.trials}", end="", file=sys.stderr, flush=True)
        each = asked.trials // len(KINDS)
        print("\n" + ", ".join(f"{kind}: {found[kind]} of {each} found" for kind in KINDS))
        # With 40 s for each configuration a block of sixteen readings takes a little more than four minutes.
        day = files_of(root / "day", max(1, round(asked.hours * 15)), wait="40 s")
        run = create_run(root / "day-run", day)
        execute(run)
        records = list(read_journal(run.folder / "records.jsonl"))
        hours = (records[-1]["time"] - records[0]["time"]) / 3600
        alarms = len(events(records, SUSPENDED)) + sum("rejected" in record for record in records)
        print(f"{hours:.1f} h of a sound cryostat, {len(accepted(records))} readings: {alarms} false alarms")


if __name__ == "__main__":
    main()

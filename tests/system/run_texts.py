"""Texts that change a laboratory's files, and what a run folder says."""

import json

from valvelab.records import read_journal

SUSPEND = ("settle:", "suspend: {distance: 3 mK, good_readings: 4, interval: 20 s, longest: 4 h}\nsettle:")


def blocks(count):
    return ("blocks_per_cell: 1", f"blocks_per_cell: {count}")


def faults(*lines):
    return [
        ("voltmeter_noise:", "".join(["faults:\n", *(f"  - {line}\n" for line in lines), "voltmeter_noise:"]))
    ]


def status(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def journal(folder):
    return list(read_journal(folder / "records.jsonl"))

"""Kill runs at random times and continue them; let a long run meet faults; count what was lost and what it cost.

    python benchmarks/survival.py kills --trials 100
    python benchmarks/survival.py soak --readings 100000

`kills` needs a system that can fork. A reading counts as acknowledged once the run has told of it.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from valvelab.dataset import RAW, read_dataset
from valvelab.history import accepted, is_reading
from valvelab.records import read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT

CLI = Path(__file__).parents[1] / "valvelab/cli"
FILES = Path("/proc/self/fd")
FAULTS = """faults:
  - {kind: nan, at: drain_thermometer, probability: 0.003}
  - {kind: overflow, at: source_thermometer, probability: 0.002}
  - {kind: garbage, at: drain_thermometer, containing: "READ?", probability: 0.002}
  - {kind: late_reply, at: source_thermometer, containing: "READ?", probability: 0.002, delay: 8 s}
  - {kind: no_reply, at: mixing_chamber, containing: "KRDG?", probability: 0.001}
"""


def laboratory(folder: Path, blocks: int, *, faults: bool = False) -> dict[str, Path]:
    """Write the files of a run with 32 readings for each block, and return where they are."""
    protocol = (CLI / "demo-protocol.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("[60 mK, 120 mK, 180 mK]", "[60 mK, 120 mK]"),
        ("[120 mK, 180 mK, 240 mK, 310 mK, 384 mK]", "[384 mK]"),
        ("blocks_per_cell: 8", f"blocks_per_cell: {blocks}"),
    ):
        if old not in protocol:
            raise ValueError(f"the demo's protocol must hold {old!r}, found it changed; mend this script")
        protocol = protocol.replace(old, new, 1)
    cryostat = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    if faults:
        cryostat = cryostat.replace("voltmeter_noise:", f"{FAULTS}voltmeter_noise:", 1)
    texts = {
        "station.yaml": (CLI / "demo-station.yaml").read_text(encoding="utf-8"),
        "device.yaml": preset_path("paper").read_text(encoding="utf-8"),
        "protocol.yaml": protocol,
        "cryostat.yaml": cryostat,
    }
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


def _measure(folder: Path, told: int) -> None:
    """Measure in a process of its own, and tell of each reading with one byte."""
    execute(load_run(folder), lambda *_: os.write(told, b"."))


def _written(journal: Path) -> int:
    """Count the readings in a journal, those included that were measured again."""
    return sum(map(is_reading, read_journal(journal))) if journal.exists() else 0


def kills(trials: int, blocks: int, seed: int) -> None:
    """Kill runs until so many kills have happened, continue each to its end, and compare."""
    chance = np.random.default_rng(seed)
    fork = multiprocessing.get_context("fork")
    done = acknowledged_in_all = lost = phantoms = wrong = finished = 0
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        files = laboratory(root / "lab", blocks)
        undisturbed = read_dataset(execute(create_run(root / "undisturbed", files)), RAW)
        while done < trials:
            folder = root / f"run-{finished}"
            create_run(folder, files)
            while True:
                journal = folder / "records.jsonl"
                before = _written(journal)
                hear, tell = os.pipe()
                process = fork.Process(target=_measure, args=(folder, tell))
                process.start()
                os.close(tell)
                process.join(chance.uniform(0.5, 4.0))
                if process.is_alive():
                    process.kill()
                    done += 1
                process.join()
                told = before
                while chunk := os.read(hear, 65536):
                    told += len(chunk)
                os.close(hear)
                kept = _written(journal)
                acknowledged_in_all += told - before
                lost += max(0, told - kept)
                phantoms += max(0, kept - told - 1)  # one may have been written and not told of
                if process.exitcode == 0:
                    break
            raw = read_dataset(folder / "raw.nc", RAW)
            same = all(
                np.array_equal(raw[name].values, undisturbed[name].values)
                for name in (
                    "configuration",
                    "cell",
                    "block",
                    "repetition",
                    "coil_current_1",
                    "heater_voltage",
                )
            )
            wrong += not same
            finished += 1
    print(
        f"{done} kills of {finished} runs with {acknowledged_in_all} acknowledged readings: {lost} lost, "
        f"{phantoms} phantoms, "
        f"{finished - wrong} of {finished} finished with the points of an undisturbed run"
    )


def soak(readings: int) -> None:
    """Take a long run among faults, and show time, memory and open files as it goes on."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        files = laboratory(root / "lab", max(1, readings // 32), faults=True)
        run = create_run(root / "run", files)
        total, begun = len(run.plan.readings), time.perf_counter()
        marks: list[tuple[int, float, float, int]] = []

        def progress(taken: int, _: int, reading: object) -> None:
            if taken % max(1, total // 5) == 0:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
                    1024 if sys.platform != "darwin" else 1024**2
                )
                handles = len(list(FILES.iterdir())) if FILES.exists() else -1
                marks.append((taken, time.perf_counter() - begun, memory, handles))

        execute(run, progress)
        records = list(read_journal(root / "run/records.jsonl"))
        taken = accepted(records)
        voltages = np.array([record["thermometer_voltage_drain"] for record in taken])
        rejected = sum("rejected" in record for record in records)
        in_order = [record["index"] for record in taken] == list(range(total))
        wrong = int(np.sum(~np.isfinite(voltages) | (voltages > 1e-3) | (voltages < 1e-4)))
        print(
            f"{total} readings, {rejected} rejected attempts, {time.perf_counter() - begun:.0f} s in all; "
            f"{'each once and in order' if in_order else 'NOT IN ORDER'}, {wrong} wrong voltages"
        )
        last = (0, 0.0)
        for count, seconds, memory, handles in marks:
            each = (seconds - last[1]) / (count - last[0]) * 1e3
            print(
                f"  after {count:7d}: {each:.2f} ms a reading, {memory:.0f} MiB at most, {handles} open files"
            )
            last = count, seconds


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["kills", "soak"])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument(
        "--blocks", type=int, default=10, help="blocks of 32 readings in a run that is killed"
    )
    parser.add_argument("--readings", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.what == "kills":
        kills(asked.trials, asked.blocks, asked.seed)
    else:
        soak(asked.readings)


if __name__ == "__main__":
    main()

"""End runs in every way at random moments, and see how soon the boxes themselves say that they are at rest.

    python benchmarks/endings.py --trials 200
    python benchmarks/endings.py --trials 10 --only SIGSTOP

The boxes are served over TCP by another process and are asked past the run. A run is a command of its own, watched by
its supervisor as at a cryostat; it ends by signals, an exception, a full disk, or a box that is lost.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from valvelab.configuration import load_configuration
from valvelab.history import is_reading
from valvelab.records import read_journal
from valvelab.sim.cryostat import Cryostat, serve

sys.path.insert(0, str(Path(__file__).parent))
from survival import laboratory

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"
QUICK = [
    ("configuration: 2 s", "configuration: 20 ms"),
    ("source: 10 s", "source: 50 ms"),
    ("bath: 20 min", "bath: 100 ms"),
]
MAIN = "{}\nfrom valvelab.cli import main\nmain()"
RAISE = """
import time, valvelab.walker as walker
begun, read = [], walker.Walker._read
def failing(self, wanted):
    begun.append(time.monotonic())
    if begun[-1] - begun[0] > {delay} and len(begun) > 5:
        raise RuntimeError("a mistake of the program")
    return read(self, wanted)
walker.Walker._read = failing
"""
FULL = """
import contextlib, resource, signal, valvelab.qcodes_sink as sink
sink.qcodes_sink = contextlib.contextmanager(lambda *_: (yield lambda record: None))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))
"""
UNSAFE = """
from valvelab.drivers import GuardedSource
home = GuardedSource.ramp_home
def failing(self):
    if self.name == "coil_1" and abs(self.level()) > 0:
        raise OSError("this action fails")
    home(self)
GuardedSource.ramp_home = failing
"""
HANG = """
import valvelab.watch as watch
watch.SILENCE = {silence}
"""
SILENCE = 5.0
"""After which a run counts as hanging here [s]; 90 s otherwise."""
ENDINGS = {
    "SIGINT": ["SIGINT"],
    "SIGINT x 2": ["SIGINT"] * 2,
    "SIGINT x 3": ["SIGINT"] * 3,
    "SIGINT x 5": ["SIGINT"] * 5,
    "SIGTERM": ["SIGTERM"],
    "SIGHUP": ["SIGHUP"],
    "SIGKILL": ["SIGKILL"],
    "SIGSTOP": ["SIGSTOP"],
    "exception": [],
    "full disk": [],
    "failing action": ["SIGINT"],
}
# 0.29 V at 1 V/s, then 100 uA at 100 uA/s twice, one after the other, and a second for the rest.
HEATER_AT_MOST, COILS_AT_MOST = 1.0, 0.29 + 2 * 1.0 + 1.0


def ask(address: str, question: str) -> float:
    """Ask a served box past everybody else."""
    host, port = re.fullmatch(r"TCPIP::(.+)::(\d+)::SOCKET", address).groups()  # type: ignore[union-attr]
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{question}\n".encode())
        return float(connection.makefile().readline())


def trial(
    name: str, folder: Path, addresses: dict[str, str], chance: np.random.Generator
) -> tuple[float, float]:
    """Run, end, and return after how many seconds the heater and the coils were at zero; infinite if they were not."""
    out, delay = folder / "run", float(chance.uniform(0.3, 3.0))
    before = {
        "exception": RAISE.format(delay=delay),
        "full disk": FULL.format(size=int(chance.integers(20_000, 120_000))),
        "failing action": UNSAFE,
        "SIGSTOP": HANG.format(silence=SILENCE),
    }.get(name, "")
    files = [str(folder / "lab" / file) for file in ("station.yaml", "device.yaml", "protocol.yaml")]
    command = [sys.executable, "-c", MAIN.format(before), "run", *files, "--out", str(out)]
    with subprocess.Popen(  # noqa: S603 # our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        journal = out / "records.jsonl"
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= 3):
            if process.poll() is not None:
                raise ValueError(f"{name}: the run must begin, found that it ended with {process.returncode}")
            time.sleep(0.01)
        if ENDINGS[name]:
            time.sleep(delay)
            for number in ENDINGS[name]:
                process.send_signal(getattr(signal, number))
                time.sleep(float(chance.uniform(0.0, 0.3)))
            begun = time.monotonic() + (SILENCE if name == "SIGSTOP" else 0.0)
        else:
            status = out / "run.log"
            while "is at zero" not in status.read_text(encoding="utf-8") and process.poll() is None:
                time.sleep(0.01)
            begun = time.monotonic()
        rest = {"13": np.inf, "11": np.inf, "12": np.inf}
        while np.inf in rest.values() and time.monotonic() - begun < 15.0:
            for number in rest:
                if rest[number] == np.inf and ask(addresses[ADDRESS.format(number)], ":SOUR:LEV?") == 0.0:
                    rest[number] = time.monotonic() - begun
        process.wait(60)
    if not any(map(is_reading, read_journal(journal))):
        raise ValueError(f"{name}: the run must have taken readings, found none in {journal}")
    return rest["13"], max(rest["12"], 0.0 if name == "failing action" else rest["11"])


def main() -> None:
    """Do so many trials, the endings in turn, and print how long each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(ENDINGS), help="this ending alone")
    asked = parser.parse_args()
    chance = np.random.default_rng(asked.seed)
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        for number in range(asked.trials):
            name = asked.only or list(ENDINGS)[number % len(ENDINGS)]
            folder = Path(place) / f"trial-{number}"
            folder.mkdir()
            files = laboratory(folder / "lab", 200)
            text = files["protocol.yaml"].read_text(encoding="utf-8")
            for old, new in QUICK:
                text = text.replace(old, new)
            files["protocol.yaml"].write_text(text, encoding="utf-8")
            with serve(load_configuration(files["cryostat.yaml"], Cryostat), 0) as addresses:
                station = files["station.yaml"].read_text(encoding="utf-8")
                station = station.replace('visalib: "@valve"\ncryostat: cryostat.yaml', 'visalib: "@py"')
                for there, here in addresses.items():
                    station = station.replace(there, here)
                files["station.yaml"].write_text(station, encoding="utf-8")
                took[name].append(trial(name, folder, addresses, chance))
            print(f"\r{number + 1} of {asked.trials}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{'ending':16} {'trials':>6} {'heater at 0 after':>18} {'coils at 0 after':>17}  (longest, s)")
    for name, times in took.items():
        heater, coils = np.max(times, axis=0)
        late = sum(one > HEATER_AT_MOST or two > COILS_AT_MOST for one, two in times)
        print(
            f"{name:16} {len(times):6d} {heater:18.2f} {coils:17.2f}  {f'{late} TOO LATE' if late else 'all in time'}"
        )


if __name__ == "__main__":
    if os.name != "posix":
        sys.exit("these endings are signals of POSIX systems")
    main()

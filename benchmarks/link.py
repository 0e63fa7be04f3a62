"""Read over a line on which one answer in fifty goes wrong; let a guarded source live 1000 random lives.

python benchmarks/link.py reads --reads 10000
python benchmarks/link.py histories --count 1000
"""

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

import pyvisa
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.drivers import harden
from valvelab.errors import RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/drivers"))

ADDRESS = "TCPIP0::192.168.150.11::7655::SOCKET"
TIMEOUT = 5.0
FAULTS = (
    ("no_reply", {}),
    ("late_reply", {"delay": "7 s"}),
    ("half_line", {"delay": "7 s"}),
    ("half_line", {}),
    ("garbage", {}),
    ("nan", {}),
    ("overflow", {}),
    ("slow", {"delay": "2 s"}),
)
RIGHT = {":SYST:LFR?": "50", ":SOUR:LEV?": "+1.00000E-04", ":SOUR:RANG?": "1.00000E-03", "OUTP?": "1"}


def reads(count: int) -> None:
    """Ask in turn what has a known answer; count what is another one, and how long the longest question took."""
    cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cryostat.yaml"
        text = dump_configuration(cryostat).replace("TCPIP0::192.168.150.11::inst0::INSTR", ADDRESS)
        path.write_text(text, encoding="utf-8")
        for hardened in (False, True):
            manager = pyvisa.ResourceManager(f"{path}@valve")
            coil = YokogawaGS200("coil", ADDRESS, visalib=f"{path}@valve")
            coil.output("on")
            coil.current(1e-4)
            if hardened:
                harden(coil)
            for kind, keys in FAULTS:
                manager.visalib.faults.add(kind, at="coil_1", probability=0.02 / len(FAULTS), **keys)
            wrong = failed = 0
            longest, clock, begun = 0.0, manager.visalib.clock, time.perf_counter()
            for number in range(count):
                question = list(RIGHT)[number % len(RIGHT)]
                start = clock.now()
                try:
                    answer = coil.ask(question)
                    # What is no finite number is refused above the line, by the guard and the thermometer.
                    wrong += answer != RIGHT[question] and answer.strip().lower().lstrip("+-") not in _REFUSED
                except (pyvisa.VisaIOError, UnicodeDecodeError, RunError):
                    failed += 1
                longest = max(longest, clock.now() - start)
            each = (time.perf_counter() - begun) / count * 1e3
            coil.close()
            manager.close()
            name = "hardened" if hardened else "QCoDeS as it is"
            print(
                f"{name:16} {count} reads: {wrong} silently wrong, {failed} failed and said so; the longest took "
                f"{longest:.1f} s with a timeout of {TIMEOUT:g} s; {each:.2f} ms a read"
            )


_REFUSED = {"nan", "9.9e37", "9.90000000e+37", "9.91e37", "9.9e+37", "9.91e+37"}


def histories(count: int) -> None:
    """Let users, knobs and cables do what they like to a guarded source; each level that is sent is judged."""
    from test_source_life import RATE, STEP, Life

    logging.disable(logging.CRITICAL)  # each cut cable is told of there

    run_state_machine_as_test(
        Life, settings=settings(max_examples=count, stateful_step_count=30, deadline=None, database=None)
    )
    print(
        f"{count} histories of up to 30 events: no step above {STEP * 1e6:g} uA, no rate above {RATE * 1e6:g} uA/s"
    )


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["reads", "histories"])
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args()
    if asked.what == "reads":
        reads(asked.reads)
    else:
        histories(asked.count)


if __name__ == "__main__":
    main()

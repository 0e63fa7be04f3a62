"""What a process pays before its first answer: numba's import, its compilation, and QuTiP's import beside them."""

import json
import os
import subprocess
import sys
import tempfile

from clock import Timing
from table import Row

_SCRIPT = """
import json
from clock import clock
times = [clock()]
import numpy; times.append(clock())
import numba; times.append(clock())
from valvelab.sim import Bath, collective; times.append(clock())
baths = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
collective(2, 4e9, *baths); times.append(clock())
collective(300, 4e9, *baths); times.append(clock())
import scipy.sparse.linalg; times.append(clock())
import qutip; times.append(clock())
print(json.dumps([after - before for before, after in zip(times, times[1:])]))
"""
_STEPS = ("numpy", "numba", "sim", "two", "many", "scipy", "qutip")


def _steps(cache: str) -> dict[str, float]:
    folder = os.path.dirname(__file__)  # noqa: PTH120
    environment = os.environ | {"NUMBA_CACHE_DIR": cache}
    search = f"import sys; sys.path.insert(0, {folder!r})\n"
    printed = subprocess.run(  # noqa: S603 # our own script
        [sys.executable, "-c", search + _SCRIPT], capture_output=True, text=True, check=True, env=environment
    ).stdout
    return dict(zip(_STEPS, json.loads(printed), strict=True))


def start_up_rows() -> list[Row]:
    """Measure fresh processes, the first two without compiled code on disk, the others with it."""
    cold, warm = [], []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(_steps(cache))
            warm += [_steps(cache) for _ in range(2)]
    qutip = Timing([each["scipy"] + each["qutip"] for each in warm])

    def row(job: str, runs: list[dict[str, float]], *steps: str, remark: str = "") -> Row:
        ours = Timing([sum(each[step] for step in steps) for each in runs])
        return Row(job, ours, "import qutip (with scipy)", qutip, remark=remark)

    return [
        row("import numba", warm, "numba", remark="after numpy"),
        row("first answer, N = 2", warm, "sim", "two", remark="compiled code read from disk"),
        row("first answer, N = 300", warm, "many", remark="after N = 2"),
        row("first answer ever, N = 2", cold, "sim", "two", remark="compiled, once for each installation"),
        row("first answer ever, N = 300", cold, "many", remark="after N = 2"),
    ]

"""How long the command takes, as whole processes: ``python benchmarks/commands.py [MAP]``.

MAP is a measured two-coil heat map; without it the map fit is left out.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUN = [sys.executable, "-c", "from valvelab.cli import main; main()"]


def wall(command: list[str], repeats: int) -> tuple[float, str]:
    """Return the median wall time [s] of a command and what it printed last."""
    times, printed = [], ""
    for _ in range(repeats):
        start = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own commands
        times.append(time.perf_counter() - start)
        printed = result.stdout
    return statistics.median(times), printed


def main() -> None:
    """Measure and print a table: job, median, target, remark."""
    rows = []
    bare, _ = wall([sys.executable, "-c", "pass"], 9)
    with_import, _ = wall([sys.executable, "-c", "import valvelab"], 9)
    rows.append(("import valvelab", with_import - bare, 0.2, "above starting Python"))
    rows.append(("valvelab --help", wall([*RUN, "--help"], 9)[0], 0.5, "whole process"))
    with tempfile.TemporaryDirectory() as folder:
        demo, printed = wall([*RUN, "demo", "--out", f"{folder}/run", "--json"], 1)
        pulls = [entry["pull"] for entry in json.loads(printed)["parameters"].values()]
        rows.append(("valvelab demo", demo, 60, f"largest pull {max(map(abs, pulls)):.1f}"))
        paper, printed = wall([*RUN, "paper", "--out", f"{folder}/paper", "--json"], 1)
        rows.append(("valvelab paper", paper, 10, f"{len(json.loads(printed))} claims, four figures"))
        if len(sys.argv) > 1:
            fit, printed = wall([*RUN, "map", sys.argv[1], "--out", f"{folder}/map", "--json"], 1)
            models = json.loads(printed)["models"]
            rms = ", ".join(f"{name} {model['residual_rms'] * 1e18:.2f} aW" for name, model in models.items())
            rows.append(("valvelab map, both models", fit, 30, f"rms {rms}"))
    print(f"{Path(sys.executable).name}, Python {sys.version.split()[0]}")
    print(f"{'job':28} {'median (s)':>10} {'target (s)':>10}  remark")
    for job, median, target, remark in rows:
        print(f"{job:28} {median:10.3f} {target:10.1f}  {remark}")


if __name__ == "__main__":
    main()

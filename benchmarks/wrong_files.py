"""How long it takes to be told what is wrong in a file: every file of the corpus, in a process that is warm.

python benchmarks/wrong_files.py
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/valvelab"))

from test_wrong_files import READ, WRONG, wrong_text

from valvelab.errors import ConfigurationError

REPEATS = 5


def main() -> None:
    """Print the median and the longest time."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for case in WRONG:
            path = Path(folder) / f"{case['file']}.yaml"
            path.write_text(wrong_text(case), encoding="utf-8")
            times = []
            for _ in range(REPEATS):
                begun = time.perf_counter()
                try:
                    READ[case["file"]](path)
                except ConfigurationError:
                    times.append(time.perf_counter() - begun)
            took.append((statistics.median(times) * 1e3, case["file"]))
    slowest, kind = max(took)
    print(
        f"{len(took)} wrong files: median {statistics.median(t for t, _ in took):.1f} ms, "
        f"longest {slowest:.1f} ms (a {kind})"
    )


if __name__ == "__main__":
    main()

"""Measure valvelab's physics beside what one would call otherwise, in one run: python benchmarks/physics.py.

The table is printed and written to benchmarks/results/. The exit code is 1 where two answers differ.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import os
import sys
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import many_qubits
import start_up
import table
import two_qubits

RESULTS = Path(__file__).with_name("results")


def main() -> int:
    """Run every job, print and write the table, and say whether all answers agree."""
    rows = [*two_qubits.point_rows(), *two_qubits.million_rows(), *two_qubits.map_rows()]
    rows += many_qubits.dicke_rows()
    for n_qubits in (30, 100, 500):
        for parasitic in ("cold", "hot"):
            rows += many_qubits.pim_rows(n_qubits, parasitic)
    rows += [*many_qubits.thousand_rows(), *many_qubits.million_rows(), *start_up.start_up_rows()]
    print(table.write(rows, RESULTS, "physics"))
    wrong = [row for row in rows if not row.agrees]
    for row in wrong:
        message = (
            f"{row.job}, {row.beside}: answers differ by {row.deviation:.1e}, more than {row.tolerance:.0e}"
        )
        print(message, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

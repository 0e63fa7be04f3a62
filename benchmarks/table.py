"""The benchmark's table: one row a comparison, as Markdown and JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from clock import CLOCK_NAME, Timing

HEADINGS = ("job", "valvelab", "beside", "takes", "ratio", "target", "met", "deviation", "remark")
_UNITS = ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms"))


@dataclass(frozen=True)
class Row:
    """Hold one comparison; times are of one point, pixel or solution.

    Parameters
    ----------
    job
        What was solved.
    ours
        How long valvelab took.
    beside, theirs
        What was called instead and how long that took; None where there is nothing.
    at_most
        Target: our time [s].
    at_least
        Target: their time in ours.
    deviation, tolerance
        Largest relative deviation of the two answers, and the largest that passes.
    remark
        How it was called.
    """

    job: str
    ours: Timing
    beside: str = ""
    theirs: Timing | None = None
    at_most: float | None = None
    at_least: float | None = None
    deviation: float = 0.0
    tolerance: float = 1e-9
    remark: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the answers are the same; a nan is not."""
        return self.deviation <= self.tolerance

    @property
    def ratio(self) -> float | None:
        """How many times as long the others took, by the medians."""
        return self.theirs.median / self.ours.median if self.theirs else None

    @property
    def met(self) -> str:
        """Whether the target was met by the medians, or else by the fastest rounds."""
        if self.at_most is not None:
            typical, best = self.ours.median <= self.at_most, self.ours.fastest <= self.at_most
        elif self.at_least is not None and self.theirs and self.ratio:
            typical = self.ratio >= self.at_least
            best = self.theirs.fastest / self.ours.fastest >= self.at_least
        else:
            return ""
        return "yes" if typical else "in the fastest round" if best else "no"

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, in the order of the headings."""
        target = f"≤ {duration(self.at_most)}" if self.at_most is not None else ""
        if self.at_least is not None:
            target = f"≥ {self.at_least:,g}".replace(",", " ")
        ratio = f"{self.ratio:,.3g}" if self.ratio and self.ratio < 100 else f"{self.ratio or 0:,.0f}"
        return (
            self.job,
            f"{duration(self.ours.median)} ({duration(self.ours.fastest)})",
            self.beside,
            f"{duration(self.theirs.median)} ({duration(self.theirs.fastest)})" if self.theirs else "",
            ratio.replace(",", " ") if self.theirs else "",
            target,
            self.met,
            f"{self.deviation:.0e}" if self.deviation else "",
            self.remark,
        )


def duration(seconds: float) -> str:
    """Write a time with three digits and the unit that suits it."""
    for limit, factor, unit in _UNITS:
        if seconds < limit:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def markdown(rows: Sequence[Row]) -> str:
    """Return the table; cells are padded so that it can be read as it stands."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    padded = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([padded[0], rule, *padded[1:]])


def machine() -> dict[str, str]:
    """Describe where and with what the table was measured."""
    info = Path("/proc/cpuinfo")
    models = (
        [
            line.split(":")[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        if info.exists()
        else []
    )
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    packages = ("valvelab", "numpy", "scipy", "numba", "qutip")
    return {
        "date": datetime.now().astimezone().isoformat(timespec="minutes"),
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "load at the end": load,
        "system": platform.platform(terse=True),
        "clock": f"{CLOCK_NAME}, one thread; median round, fastest round in brackets",
        "Python": platform.python_version(),
    } | {name: version(name) for name in packages}


def write(rows: Sequence[Row], folder: Path, name: str) -> str:
    """Write the table as Markdown and JSON and return the Markdown."""
    described = machine()
    text = "\n".join(f"- {key}: {value}" for key, value in described.items()) + "\n\n" + markdown(rows) + "\n"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    listed = [
        {
            "job": row.job,
            "seconds": row.ours.seconds,
            "beside": row.beside,
            "their_seconds": row.theirs.seconds if row.theirs else None,
            "ratio_of_medians": row.ratio,
            "at_most_seconds": row.at_most,
            "at_least_ratio": row.at_least,
            "met": row.met,
            "deviation": row.deviation,
            "tolerance": row.tolerance,
            "remark": row.remark,
        }
        for row in rows
    ]
    whole = json.dumps({"machine": described, "rows": listed}, indent=1)
    (folder / f"{name}.json").write_text(whole, encoding="utf-8")
    return text

"""What a comparison of rungs leaves behind: a figure, one netCDF file and tables for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from valvelab.dataset import write_dataset
from valvelab.files import write_whole

from .figures import svg
from .rung_figure import rung_figure
from .rung_sweeps import QUANTITIES

if TYPE_CHECKING:
    import xarray as xr


def write_rungs(found: "xr.Dataset", folder: Path) -> None:
    """Write what `compare_rungs` returned into a folder, which is made.

    ``compare.nc`` holds everything; ``operating-point.csv``, ``coupling.csv`` and ``source-temperature.csv`` hold
    enhancements and powers in the units that their first lines name; ``compare.svg`` and ``compare.png`` the figure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figure = rung_figure(found)
    write_dataset(found, folder / "compare.nc")
    write_whole(folder / "compare.svg", svg(figure))
    figure.savefig(folder / "compare.png", dpi=160)
    rungs = [str(name) for name in found["rung"].values]
    own = ["rung", *(_with_unit(name) for name in QUANTITIES)]
    rows: list[list[str | float]] = [
        [rung, *(float(found[name].sel(rung=rung)) for name in QUANTITIES)] for rung in rungs
    ]
    write_whole(folder / "operating-point.csv", _csv(own, rows))
    for file, axis, unit, ending in (
        ("coupling", "coupling", "", "_by_coupling"),
        ("source-temperature", "temperature_source", " [K]", "_by_temperature"),
    ):
        header = [axis + unit, *(_with_unit(f"{name} {rung}") for name in QUANTITIES for rung in rungs)]
        columns = [found[name + ending].sel(rung=rung).values for name in QUANTITIES for rung in rungs]
        lines = zip(found[axis].values, *columns, strict=True)
        write_whole(folder / f"{file}.csv", _csv(header, ([float(one) for one in line] for line in lines)))


def _with_unit(name: str) -> str:
    return f"{name} [W]" if name.startswith("heat") else name


def _csv(header: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell if isinstance(cell, str) else f"{cell:.10g}" for cell in row] for row in rows)
    return text.getvalue()

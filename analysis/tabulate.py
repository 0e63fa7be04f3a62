"""Compute a slow model once over all a fit may ask for, so that everything after is quick."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from valvelab.dataset import write_dataset
from valvelab.errors import DataError
from valvelab.sim import Resonator
from valvelab.units import format_quantity

from .models import Model
from .table import Table
from .table_chunks import Chunks
from .table_evaluation import Cost, cost_of, named_model
from .table_files import read_table, table_dataset
from .table_grid import TableGrid
from .table_plan import TablePlan
from .table_registry import register
from .table_workers import gathered
from .transmons import LEVELS, Transmons

if TYPE_CHECKING:
    from valvelab.device import Device

DEGREE = 6
LONGEST = 24 * 3600.0
"""Longest computation that is begun without asking [s]."""


def tabulate(
    model: str | Model,
    device: "Device | Resonator",
    grid: TableGrid,
    path: Path | str,
    *,
    degree: int = DEGREE,
    transmons: Transmons | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    longest: float = LONGEST,
    announce: Callable[[Cost], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Table:
    """Compute a model over a grid and write it as a table that fits and plans take in its place.

    In each box of frequencies the currents are a quick model's ("pair") plus what a sum of products of Chebyshev
    polynomials says of the difference. The sum is fitted to the model at one and a half times as many nodes as it has
    terms, and compared with it at further places; `Table.error` tells.

    Finished chunks are kept in ``<path>.chunks``: a call that was ended goes on where it was, and a second one with a
    higher degree computes only what that needs more.

    Parameters
    ----------
    model
        A name of `valvelab.analysis.MODELS`, or a function with the same arguments, which workers must be able to
        import or unpickle; tables of two functions are told apart by their names.
    device
        A device file as loaded, or its resonator.
    grid
        Where the table is valid, see `TableGrid`, `grid_of_dataset` and `grid_of_device`.
    path
        The file, netCDF; one that is there must be of the same model, resonator, grid and version.
    degree
        Largest total degree of the polynomials.
    transmons
        Of "levels" and "transmons", those of the device by default, with as many levels as the model follows.
    scheduler
        Address of the scheduler of a dask cluster; this process computes where neither is given.
    workers
        Number of processes to start on this computer. A script that asks for some needs the usual
        ``if __name__ == "__main__":``.
    longest
        Longest computation that is begun [s].
    announce
        Called once with what it takes, before it begins.
    progress
        Called after each chunk with the number of places that are done, and of all.

    Returns
    -------
    The table, which is registered as a model by its name.

    Raises
    ------
    DataError
        If the table would be too large or take too long, a cluster does not answer, the model fails somewhere, or the
        file is another one.
    RunError
        If another process computes the same table.

    Examples
    --------
    >>> grid = grid_of_dataset(reduced)  # doctest: +SKIP
    >>> table = tabulate("resonators", Resonator(4e9, 20), grid, "table.nc", workers=4)  # doctest: +SKIP
    >>> fit = fit_switching(reduced, table)  # doctest: +SKIP
    """
    plan, path = _planned(model, device, grid, degree, transmons), Path(path)
    if workers is not None and (workers < 1 or scheduler is not None):
        raise DataError("workers must be 1 or more, and belong to this computer: give them or a scheduler")
    plan.demand_memory()
    chunks = Chunks(plan, path)
    if chunks.missing or not path.exists() or read_table(path).degree < degree:
        with chunks.held():
            _compute(plan, chunks, scheduler, workers, longest, announce, progress)
            write_dataset(table_dataset(plan, chunks), path)
        chunks.forget()
    return register(read_table(path))


def _planned(
    model: str | Model,
    device: "Device | Resonator",
    grid: TableGrid,
    degree: int,
    transmons: Transmons | None,
) -> TablePlan:
    if not 1 <= degree <= 12:
        raise DataError(f"degree must be between 1 and 12, found {degree}")
    known = device if isinstance(device, Resonator) else device.resonator
    resonator = Resonator(known.frequency, known.quality_factor, known.exponent)
    if not isinstance(model, str) or model not in LEVELS:
        if transmons is not None:
            told = " and ".join(map(repr, LEVELS))
            raise DataError(f"transmons belong to the models {told}, found {model!r}; leave them out")
    elif transmons is None and not isinstance(device, Resonator):
        transmons = Transmons((device.qubits[0].charging_energy, device.qubits[1].charging_energy))
    if isinstance(model, str) and transmons is not None:
        transmons = transmons.of(model)
    return TablePlan(*named_model(model, transmons), resonator, grid, degree, transmons)


def _compute(
    plan: TablePlan,
    chunks: Chunks,
    scheduler: str | None,
    workers: int | None,
    longest: float,
    announce: Callable[[Cost], None] | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    missing = chunks.missing
    with gathered(scheduler, workers) as who:
        if missing:
            who.warm_up(plan, missing[0])
        cost = cost_of(plan, missing, who.count)
        if announce is not None:
            announce(cost)
        if cost.seconds > longest:
            raise DataError(
                f"table: must take less than {format_quantity(longest, 'time', 2)}, found {cost.missing} places of "
                f"{format_quantity(cost.seconds_a_place, 'time', 2)} for {cost.who}, "
                f"{format_quantity(cost.seconds, 'time', 2)}; lower --degree, narrow or leave out ranges, give more "
                "--workers or a --scheduler, or raise --longest"
            )
        done = cost.places - cost.missing
        for chunk, currents in who.compute(plan, missing):
            chunks.keep(chunk, currents)
            done += currents.shape[1]
            if progress is not None:
                progress(done, cost.places)

"""What becomes of a run: powers and a report; each step reads the file of the one before and writes its own."""

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.errors import DataError
from valvelab.provenance import MADE_FROM, made_from, refuse_stale
from valvelab.run_folder import DEVICE, JOURNAL, PROTOCOL, RAW_FILE, STATION, load_run, read_status

if TYPE_CHECKING:
    import xarray as xr

REDUCED_FILE = "reduced.nc"


class IncompleteRun(UserWarning):
    """Something is made of a run that has not all its readings yet."""


def reduce(folder: Path | str, reservoirs: tuple[str, ...] = ("drain",)) -> "xr.Dataset":
    """Turn the voltages of a run into heat powers, and write them to ``reduced.nc`` in its folder.

    Parameters
    ----------
    folder
        The run folder.
    reservoirs
        Whose powers are wanted: ``("drain",)``, or ``("drain", "source")`` for what leaves the source, too.

    Returns
    -------
    Dataset along ``point``, see `valvelab.analysis.reduce`.

    Raises
    ------
    ValvelabError
        If the folder is no run folder, or its readings are damaged, stale or too few.

    Warns
    -----
    IncompleteRun
        If readings are still missing.

    Examples
    --------
    >>> powers = laboratory.reduce("cooldown-12")  # doctest: +SKIP
    """
    from valvelab import analysis
    from valvelab.dataset import RAW, read_dataset, write_dataset

    folder = Path(folder)
    run = load_run(folder)
    file = folder / RAW_FILE
    if not file.is_file():
        raise DataError(
            f"{file}: must hold the readings, found nothing there; run 'valvelab resume {folder}' first"
        )
    refuse_stale(file)
    raw = read_dataset(file, RAW)
    warn_if_incomplete(raw, folder)
    sources = json.dumps(made_from(file, folder / DEVICE))
    reduced = analysis.reduce(raw, run.device, reservoirs).assign_attrs({MADE_FROM: sources})
    write_dataset(reduced, folder / REDUCED_FILE)
    return reduced


def report(folder: Path | str) -> Path:
    """Write ``report.html`` of a run folder, or of a fit that came without one, and return its path.

    Raises
    ------
    ValvelabError
        If there is no fit, or it is damaged or stale.

    Warns
    -----
    IncompleteRun
        If readings are still missing.
    """
    from valvelab.analysis import write_report

    folder = Path(folder)
    fit = folder / "fit.json"
    if fit.is_file():
        refuse_stale(fit)
    if any((folder / name).exists() for name in (DEVICE, STATION, PROTOCOL, JOURNAL, RAW_FILE)):
        status = read_status(load_run(folder).folder)
        if status["readings"] < status["planned"]:
            _warn(status["readings"], status["planned"], folder)
    return write_report(folder)


def warn_if_incomplete(dataset: Any, folder: Path) -> None:
    """Warn that readings of a run are still missing, as a dataset of it says."""
    taken, planned = (dataset.attrs.get(name, 0) for name in ("readings", "planned"))
    if taken < planned:
        _warn(taken, planned, folder)


def _warn(taken: int, planned: int, folder: Path) -> None:
    warnings.warn(
        f"{taken} of {planned} readings; 'valvelab resume {folder}' takes the rest",
        IncompleteRun,
        stacklevel=4,
    )

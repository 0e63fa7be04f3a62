"""Tables on disk: one netCDF with the nodes, so that it can be refined, and the polynomials, so that it is quick."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.dataset import read_dataset
from valvelab.errors import DataError
from valvelab.sim import Resonator

from .chebyshev_sums import fit_terms, values_at
from .models import MODELS_REVISION
from .table import Table
from .table_axes import KINDS
from .table_base import base_currents, scale_of
from .table_chunks import SCHEMA, Chunks
from .table_grid import TableGrid, arguments
from .table_plan import Chunk, TablePlan
from .transmons import Transmons

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
Computed: TypeAlias = tuple[dict[str, Array], Array]
"""Values of all axes at some places, and the currents of source and drain there [W]."""
_BOTH = "reservoir"
_TOLD = {
    "error": "root mean square of what the currents are off by, at the checks",
    "largest_error": "largest of what they are off by",
    "size": "root mean square of the currents",
}


class _Box(NamedTuple):
    nodes: Computed
    checks: Computed
    coefficients: Array
    errors: Array
    """Of `_TOLD`, for source and drain, (3, 2)."""


def table_dataset(plan: TablePlan, chunks: Chunks) -> "xr.Dataset":
    """Return the dataset of a table all of whose chunks are there: nodes, checks, polynomials, and their errors."""
    import xarray as xr

    boxes = [_box(plan, chunks, box) for box in range(len(plan.grid.boxes))]
    coefficients = [box.coefficients for box in boxes]
    variables: dict[str, Any] = {
        "coefficient": (
            ("term", _BOTH),
            np.concatenate(coefficients),
            {"long_name": "of Chebyshev products"},
        ),
        "term_box": ("term", np.repeat(np.arange(len(boxes)), [len(one) for one in coefficients])),
        **_columns("node", [box.nodes for box in boxes]),
        **_columns("check", [box.checks for box in boxes]),
    }
    for place, (name, told) in enumerate(_TOLD.items()):
        values = np.array([box.errors[place] for box in boxes])
        variables[name] = (("box", _BOTH), values, {"units": "W", "long_name": told})
    attributes = {"schema": SCHEMA, "model": plan.name, "degree": plan.degree, "digest": plan.digest}
    return xr.Dataset(
        variables, coords={_BOTH: ["source", "drain"]}, attrs={**attributes, "stated": plan.stated}
    )


def read_table(path: Path | str) -> Table:
    """Read a table.

    Raises
    ------
    DataError
        If the file is damaged, or no table.
    """
    path = Path(path)
    dataset = read_dataset(path)
    if dataset.attrs.get("schema") != SCHEMA:
        raise DataError(
            f"{path}: must be a table of 'valvelab tabulate' (schema {SCHEMA}), found "
            f"{dataset.attrs.get('schema') or 'a dataset without schema'}; is it another file?"
        )
    try:
        return _table(dataset, path)
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path}: must be a whole table, found none ({error}); tabulate again") from None


def _table(dataset: "xr.Dataset", path: Path) -> Table:
    stated, attributes = json.loads(dataset.attrs["stated"]), dataset.attrs
    if stated.get("models", 1) != MODELS_REVISION:
        raise DataError(
            f"{path}: must be a table of models of revision {MODELS_REVISION}, found one of revision "
            f"{stated.get('models', 1)}, which said something else; tabulate again"
        )
    boxes = tuple(((first[0], first[1]), (second[0], second[1])) for first, second in stated["boxes"])
    grid = TableGrid({name: (low, high) for name, (low, high) in stated["ranges"].items()}, boxes)
    places, whole = dataset["term_box"].values, dataset["coefficient"].values
    degree, known = int(attributes["degree"]), stated.get("transmons")
    return Table(
        f"{attributes['model']} (table {attributes['digest'][:8]}-{degree})",
        str(attributes["model"]),
        str(path),
        Resonator(*stated["resonator"]),
        grid,
        degree,
        tuple(whole[places == box] for box in range(len(boxes))),
        **{name: dataset[name].values for name in _TOLD},
        transmons=None if known is None else Transmons((known[0], known[1]), known[2]),
    )


def _box(plan: TablePlan, chunks: Chunks, box: int) -> _Box:
    mine = [chunk for chunk in plan.chunks if chunk.box == box]
    nodes, checks = (
        _joined(plan, chunks, [chunk for chunk in mine if chunk.checks is kind]) for kind in (False, True)
    )
    coefficients = _fitted(plan, box, *nodes)
    return _Box(nodes, checks, coefficients, _errors(plan, box, coefficients, *checks))


def _joined(plan: TablePlan, chunks: Chunks, mine: list[Chunk]) -> Computed:
    values = [plan.values(chunk) for chunk in mine]
    whole = {name: np.concatenate([part[name] for part in values]) for name in values[0]}
    return whole, np.concatenate([chunks.of(chunk) for chunk in mine], axis=1)


def _fitted(plan: TablePlan, box: int, values: dict[str, Array], currents: Array) -> Array:
    rates, points = arguments(values)
    wanted = (currents - base_currents(rates, points, plan.resonator)) / scale_of(rates, plan.resonator)
    return fit_terms(*_terms(plan, box, values), wanted.T)


def _errors(
    plan: TablePlan, box: int, coefficients: Array, values: dict[str, Array], currents: Array
) -> Array:
    """Return root mean square and largest error at the checks, and root mean square of the currents, (3, 2)."""
    rates, points = arguments(values)
    correction = values_at(*_terms(plan, box, values), coefficients).T
    found = base_currents(rates, points, plan.resonator) + scale_of(rates, plan.resonator) * correction
    off = found - currents
    return np.array([_rms(off), np.abs(off).max(axis=1), _rms(currents)])


def _terms(plan: TablePlan, box: int, values: dict[str, Array]) -> tuple[Array, Any]:
    ranges = plan.grid.boxes[box]
    axes = plan.grid.axes(ranges, plan.resonator)
    places = np.column_stack([axis.place(values[axis.name]) for axis in axes])
    return places, plan.grid.terms(ranges, plan.resonator, plan.degree)


def _rms(currents: Array) -> Array:
    return np.asarray(np.sqrt(np.mean(currents**2, axis=1)))


def _columns(prefix: str, boxes: list[Computed]) -> dict[str, Any]:
    """Return the variables along all nodes, or along all checks."""
    found: dict[str, Any] = {
        f"{prefix}_{name}": (
            prefix,
            np.concatenate([values[name] for values, _ in boxes]),
            {"units": kind.units, "long_name": kind.meaning},
        )
        for name, kind in KINDS.items()
        if name in boxes[0][0]
    }
    found[f"{prefix}_heat_current"] = (
        (_BOTH, prefix),
        np.concatenate([currents for _, currents in boxes], axis=1),
        {"units": "W", "long_name": "heat out of the reservoir into the qubits"},
    )
    numbers = [np.full(currents.shape[1], box) for box, (_, currents) in enumerate(boxes)]
    found[f"{prefix}_box"] = (prefix, np.concatenate(numbers))
    return found

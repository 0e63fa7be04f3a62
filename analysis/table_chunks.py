"""The chunks of a table that are computed already: a file each, whole or not there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.dataset import read_dataset, write_dataset
from valvelab.errors import DataError, RunError
from valvelab.run_lock import lock

from .table_plan import CHECKS, CHUNK, Chunk, TablePlan

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
SCHEMA = "valvelab-table/1"
_PART = "valvelab-table-chunk/1"


class Chunks:
    """Keep the chunks of one table in a folder beside its file.

    Parameters
    ----------
    plan
        What the table is made of.
    path
        The table's file. Where it is there already, its nodes count as computed.

    Raises
    ------
    DataError
        If the file is no table, or one of something else.
    """

    def __init__(self, plan: TablePlan, path: Path) -> None:
        self._plan, self._path = plan, path
        self.folder = path.with_name(f"{path.name}.chunks")
        self._kept: dict[Chunk, Array] = {}
        if path.exists():
            self._take(read_dataset(path))
        for chunk in plan.chunks:
            if chunk not in self._kept and (found := self._read(chunk)) is not None:
                self._kept[chunk] = found

    @property
    def missing(self) -> list[Chunk]:
        """Chunks that are to be computed."""
        return [chunk for chunk in self._plan.chunks if chunk not in self._kept]

    def of(self, chunk: Chunk) -> Array:
        """Return the currents of a chunk that is there [W], (2, places)."""
        return self._kept[chunk]

    def keep(self, chunk: Chunk, currents: Array) -> None:
        """Write a chunk so that it is never computed again."""
        import xarray as xr

        dataset = xr.Dataset(
            {"heat_current": (("reservoir", "node"), currents, {"units": "W"})},
            attrs={"schema": _PART, "digest": self._plan.digest, "chunk": chunk.name},
        )
        write_dataset(dataset, self.folder / chunk.name)
        self._kept[chunk] = currents

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from computing the same table.

        Raises
        ------
        RunError
            If another process does.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with lock(self.folder / "table.lock", str(self._path)):
                yield
        except RunError:
            raise
        except BaseException:
            if not any(self.folder.glob("*.nc")):
                self.forget()
            raise

    def forget(self) -> None:
        """Remove the folder; the table has everything now."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, chunk: Chunk) -> Array | None:
        """Return a chunk out of its file; None where that is not there, damaged or of another table."""
        file = self.folder / chunk.name
        if not file.is_file():
            return None
        try:
            dataset = read_dataset(file)
        except DataError:
            return None
        if dataset.attrs.get("digest") != self._plan.digest or dataset.attrs.get("chunk") != chunk.name:
            return None
        return np.asarray(dataset["heat_current"].values, float)

    def _take(self, dataset: "xr.Dataset") -> None:
        """Take the nodes out of a table that is to be refined."""
        if dataset.attrs.get("schema") != SCHEMA:
            raise DataError(
                f"{self._path}: must be a new file or a table, found another dataset; choose another --out"
            )
        if dataset.attrs.get("digest") != self._plan.digest:
            raise DataError(
                f"{self._path}: must be a table of the same model, resonator, ranges and version, found one of "
                f"{dataset.attrs.get('model')!r} with others; choose another --out or remove it"
            )
        for prefix, checks in (("node", False), ("check", True)):
            currents, box = dataset[f"{prefix}_heat_current"].values, dataset[f"{prefix}_box"].values
            for number in range(len(self._plan.grid.boxes)):
                inside, size = currents[:, box == number], CHECKS if checks else CHUNK
                for first in range(0, inside.shape[1], size):
                    self._kept[Chunk(number, first, checks)] = inside[:, first : first + size]

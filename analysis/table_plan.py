"""What a table is made of, before anything is computed: model, resonator, grid, and the chunks of its nodes."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab import __version__
from valvelab.errors import DataError
from valvelab.sim import Resonator

from .models import MODELS_REVISION, Model
from .table_grid import TableGrid, described
from .transmons import Transmons

Array = npt.NDArray[np.float64]

CHUNK = 16
"""Nodes that are computed and written together: what a killed process loses at most."""
CHECKS = 32
"""Places in each box, between its nodes, where the table is compared with the model; a multiple of `CHUNK`."""
MAXIMUM_BYTES = 2 * 1024**3
"""Largest memory that the terms at all nodes of a box may take."""
_COPIES = 4
"""Of the matrix of terms, with what least squares needs."""
_PLACES_A_TERM = 1.5
"""Nodes for each term: with 1.2 a sum is twice as far off between them, with 2 by a third less."""


@dataclass(frozen=True)
class Chunk:
    """Some nodes of a box, or its places for checking."""

    box: int
    first: int
    checks: bool = False

    @property
    def name(self) -> str:
        """The file in which it is kept."""
        return f"box-{self.box:02d}-{'checks' if self.checks else f'{self.first:06d}'}.nc"

    @property
    def places(self) -> int:
        """How many there are in it."""
        return CHECKS if self.checks else CHUNK


@dataclass(frozen=True)
class TablePlan:
    """What a table is made of.

    Parameters
    ----------
    model
        The model that is tabulated, and its name.
    name
        Of the model.
    resonator
        The resonators of the chip.
    grid
        Ranges and boxes.
    degree
        Largest total degree of the polynomials: each more takes about twice the nodes, for a third of the error.
    transmons
        Of the chip, where the model knows of them.
    """

    model: Model
    name: str
    resonator: Resonator
    grid: TableGrid
    degree: int
    transmons: Transmons | None = None

    @property
    def stated(self) -> str:
        """What the values at the nodes depend on, as JSON: all but the degree, so that a table may be refined."""
        resonator = [
            float(getattr(self.resonator, key)) for key in ("frequency", "quality_factor", "exponent")
        ]
        whole: dict[str, Any] = {
            "model": self.name,
            "resonator": resonator,
            "valvelab": __version__,
            "models": MODELS_REVISION,
            "chunk": [CHUNK, CHECKS],
        }
        if self.transmons is not None:
            whole["transmons"] = [*self.transmons.charging_energies, self.transmons.levels]
        return json.dumps(whole | described(self.grid), sort_keys=True)

    @property
    def digest(self) -> str:
        """Fingerprint of `stated`."""
        return hashlib.sha256(self.stated.encode()).hexdigest()

    @property
    def chunks(self) -> list[Chunk]:
        """Every chunk, those for checking first: they are the larger ones, and the last one is waited for."""
        boxes = range(len(self.grid.boxes))
        checks = [Chunk(box, 0, checks=True) for box in boxes]
        nodes = [Chunk(box, first) for box in boxes for first in range(0, self.size(box), CHUNK)]
        # By turns: some boxes take twice as long as others, and neither the time that is left nor the last worker shall
        # wait for those.
        return checks + sorted(nodes, key=lambda chunk: (chunk.first, -chunk.box))

    def size(self, box: int) -> int:
        """Return the number of nodes of a box, a multiple of the places for checking."""
        terms = len(self.grid.terms(self.grid.boxes[box], self.resonator, self.degree))
        return CHECKS * int(np.ceil(_PLACES_A_TERM * terms / CHECKS))

    def values(self, chunk: Chunk) -> dict[str, Array]:
        """Return the values of all axes at the places of a chunk."""
        box = self.grid.boxes[chunk.box]
        if chunk.checks:
            return self.grid.checks(box, self.resonator, CHECKS)
        return self.grid.nodes(box, self.resonator, chunk.first + np.arange(CHUNK))

    def demand_memory(self) -> int:
        """Return the memory that fitting the largest box takes [byte].

        Raises
        ------
        DataError
            If it is more than `MAXIMUM_BYTES`.
        """
        axes = [self.grid.axes(box, self.resonator) for box in self.grid.boxes]
        terms, most = max((_about([axis.weight for axis in box], self.degree), len(box)) for box in axes)
        memory = int(8 * terms * _PLACES_A_TERM * terms * _COPIES)
        if memory > MAXIMUM_BYTES:
            raise DataError(
                f"table: must take less than {MAXIMUM_BYTES / 1024**3:g} GiB of memory, found degree {self.degree} on "
                f"{most} axes, {memory / 1024**3:.1f} GiB; lower --degree, leave out imperfections, or tabulate "
                "scans apart"
            )
        return memory


def _about(weights: list[float], degree: int) -> float:
    """Return the number of terms within a tenth: the volume under the weighted sum."""
    sizes = [(degree + sum(weights) / 2) / (weight * k) for k, weight in enumerate(weights, start=1)]
    return float(np.prod(sizes))

"""Write a fitted heat map into a folder: numbers, maps and figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.dataset import write_dataset
from valvelab.errors import DataError
from valvelab.files import demand_new, plain_reason, write_whole

from .flux_map_report import as_json

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit


def summarise_map(fits: Sequence[FluxMapFit], crossing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return fits of one map as plain values, with the one that the map favours.

    `crossing` is what `hypotheses_as_json` says of what happens where the ridges cross, if that was asked.
    """
    favoured = min(fits, key=lambda fit: fit.aic)
    told = {"favoured": favoured.model, "models": {fit.model: as_json(fit) for fit in fits}}
    return told if crossing is None else {**told, "crossing": crossing}


def write_map_fit(
    fits: Sequence[FluxMapFit], folder: Path, crossing: Mapping[str, Any] | None = None
) -> None:
    """Write ``map_fit.json`` and, for each model, map and residual (.nc) and a figure (.png, .svg) to a new folder.

    Raises
    ------
    DataError
        If the folder exists or cannot be made.
    """
    from .flux_map_figure import flux_map_figure

    demand_new(folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise DataError(f"{folder}: cannot be made ({plain_reason(error)}); choose another folder") from None
    text = json.dumps(summarise_map(fits, crossing), indent=2, allow_nan=False)
    write_whole(folder / "map_fit.json", text + "\n")
    for fit in fits:
        write_dataset(fit.dataset(), folder / f"map-{fit.model}.nc")
        figure = flux_map_figure(fit)
        figure.savefig(folder / f"map-{fit.model}.png", dpi=200)
        figure.savefig(folder / f"map-{fit.model}.svg")

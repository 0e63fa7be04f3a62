"""Which files a file was made from, so that no step tells of data that have changed since.

Every product states the fingerprints of its sources: a dataset in the attribute ``made_from``, ``fit.json`` under the
same key. Times of files would not do: copying a folder changes them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from valvelab.dataset import read_dataset
from valvelab.errors import DataError
from valvelab.files import fingerprint, read_json

MADE_FROM = "made_from"
_VERBS = {"raw.nc": "resume", "reduced.nc": "reduce"}
"""The verb that makes a file; what is not named here is the product of a fit."""


def made_from(*sources: Path) -> dict[str, str]:
    """Return the fingerprints of the files from which another one in the same folder is made, by name."""
    return {source.name: fingerprint(source) for source in sources}


def refuse_stale(product: Path) -> None:
    """Check that a file, and each of its sources in turn, was made from what now stands in its folder.

    What states no sources, or whose sources are not here, is taken as it is: a dataset may have come by mail.

    Raises
    ------
    DataError
        If a source has changed since; the message names the verb that makes the file anew.
    """
    for name, known in _stated(product).items():
        source = product.with_name(Path(name).name)
        if not source.is_file():
            continue
        if source.suffix == ".nc":
            refuse_stale(source)
        if fingerprint(source) != known:
            verb = _VERBS.get(product.name, "fit")
            raise DataError(
                f"{product}: must be made from {source.name} as it is now, found one made before {source.name} "
                f"changed; run 'valvelab {verb}' again"
            )


def _stated(product: Path) -> Mapping[str, Any]:
    if product.suffix == ".json":
        again = "repeat 'valvelab fit'"
        stated = read_json(product, "run 'valvelab fit' first", again).get(MADE_FROM)
    else:
        stated = read_dataset(product).attrs.get(MADE_FROM)
    if isinstance(stated, str):
        try:
            stated = json.loads(stated)
        except ValueError:
            stated = None
    return stated if isinstance(stated, dict) else {}

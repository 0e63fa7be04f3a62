"""Which coordinates a switching fit is asked to move, and whether its model knows them."""

import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .models import COUPLED_MODELS, IMPERFECTIONS, PAIR_MODELS
from .switching_data import SwitchingData
from .switching_parameters import BOUNDS, NOMINAL, VARIED, Coordinates, temperature_quantum
from .table_fits import table_limits
from .table_registry import TABLES, model_knowing
from .transmons import LEVELS


def coordinates(
    data: SwitchingData,
    model: str,
    free: Iterable[str] = (),
    priors: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, float] | None = None,
    *,
    parity: int = 1,
) -> Coordinates:
    """Return the coordinates of a fit, after checking their names.

    Raises
    ------
    DataError
        If the model is one with levels and the data do not say what the transmons are.
    ValueError
        If a name is not known, not one of the model, or both fixed and free; if a value is no finite number.
    """
    known, given = dict(priors or {}), dict[str, Any](fixed or {})
    names = tuple(dict.fromkeys([*free, *(name for name in known if name not in VARIED)]))
    for name in (*names, *given):
        if name not in IMPERFECTIONS:
            told = ", ".join(IMPERFECTIONS)
            raise ValueError(f"free, priors and fixed must name imperfections, {told}, found {name!r}")
        _demand_known(name, model)
    both = sorted(set(names) & set(given))
    if both:
        raise ValueError(f"fixed must not name what is free, found {', '.join(both)} in both")
    _demand_finite("fixed", given)
    for which in (0, 1):
        _demand_finite("priors", {name: pair[which] for name, pair in known.items()})
    for name, (_, std) in known.items():
        if not std > 0:
            raise ValueError(f"priors must have a standard deviation above zero, found {std!r} for {name}")
    if parity not in (1, -1):
        raise ValueError(f"parity must be 1 or -1, found {parity!r}")
    if parity < 0 and model not in COUPLED_MODELS:
        told = ", ".join(map(repr, COUPLED_MODELS))
        raise ValueError(
            f"a parity of -1 is known to the models {told} alone, found model {model!r}; fit 'pair'"
        )
    ideal = replace(NOMINAL, parity=parity, transmons=data.transmons(model) if model in LEVELS else None)
    limits = BOUNDS if model not in TABLES else BOUNDS | table_limits(TABLES[model], data)
    return Coordinates(temperature_quantum(data), names, known, replace(ideal, **given), limits)


def _demand_finite(argument: str, values: Mapping[str, Any]) -> None:
    """Stop at a value that no fit can begin from."""
    for name, value in values.items():
        if not (isinstance(value, numbers.Real) and math.isfinite(value)):
            raise ValueError(f"{argument} must hold finite numbers, found {value!r} for {name}")


def _demand_known(name: str, model: str) -> None:
    """Stop at an imperfection that a model knows nothing of."""
    if model_knowing(name, model) == model:
        return
    if model in TABLES:
        raise ValueError(
            f"{name} is known to tables with such an axis alone, found none in {TABLES[model].source}; tabulate with "
            f"--range {name}"
        )
    told = ", ".join(map(repr, PAIR_MODELS))
    raise ValueError(f"{name} is known to the models {told} alone, found model {model!r}; fit 'pair'")

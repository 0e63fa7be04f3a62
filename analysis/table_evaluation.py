"""A model at the places of a table, and what that costs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Resonator

from .models import MODELS, Model
from .table_grid import arguments
from .table_plan import Chunk, TablePlan
from .table_registry import rungs
from .transmons import LEVELS, OfTransmons, Transmons

Array = npt.NDArray[np.float64]
_PROBES = (3, 24)
"""Fewest and most places that are timed beforehand: some take ten times as long as others."""
_ROUGHEST = 1e-3
"""Largest error by truncation, over the largest current, of what may stand in a table: what the rungs are asked for."""
_PROBING = 3.0
"""Time after which no more of them are [s]."""


def evaluate(model: Model, resonator: Resonator, values: Mapping[str, Array]) -> Array:
    """Return the heat currents of source and drain at some places [W], (2, places).

    Raises
    ------
    DataError
        If the model fails at one of them, or is cut off too early there; the message says where.
    """
    found, failure = _answer(model, resonator, values)
    if not failure:
        return found
    for place in range(len(values["gamma_h"])):
        one = {name: column[place : place + 1] for name, column in values.items()}
        _, failure = _answer(model, resonator, one)
        if failure:
            where = ", ".join(f"{name} = {column[0]:.4g}" for name, column in one.items())
            raise DataError(
                f"table: the model must have an answer at {where}, found {failure}; narrow the ranges, or look "
                "at the model and the device"
            )
    raise DataError(
        "table: the model fails for several places at once, found an answer to each of them alone"
    )


def _answer(model: Model, resonator: Resonator, values: Mapping[str, Array]) -> tuple[Array, str]:
    """Return the currents of source and drain, and what is wrong with them, empty where nothing is."""
    shape = values["gamma_h"].shape
    try:
        currents = model(*arguments(values), resonator)
    except (ValueError, ArithmeticError, RuntimeError) as error:
        return np.full((2, *shape), np.nan), str(error)
    found = np.array([np.broadcast_to(part, shape) for part in (currents.hot, currents.cold)])
    if not np.isfinite(found).all():
        return found, "no finite number"
    rough = float(np.max(currents.relative_error))
    return found, f"one that is exact to {rough:.1g} only" if rough > _ROUGHEST else ""


@dataclass(frozen=True)
class Cost:
    """What a table takes, measured at a few places."""

    places: int
    """All places."""
    missing: int
    """Those that are not computed yet."""
    seconds_a_place: float
    workers: int
    memory: int
    """For the polynomials [byte]."""

    @property
    def who(self) -> str:
        """Who computes, in words."""
        return "one process" if self.workers == 1 else f"{self.workers} workers"

    @property
    def seconds(self) -> float:
        """How long it will take [s]."""
        return self.missing * self.seconds_a_place / self.workers


def cost_of(plan: TablePlan, missing: list[Chunk], workers: int) -> Cost:
    """Measure what a table takes at a few of its missing places, one after the other."""
    memory, seconds, taken = plan.demand_memory(), 0.0, 0
    places = sum(chunk.places for chunk in plan.chunks)
    for number in range(_PROBES[1] + 1 if missing else 0):
        chunk = missing[number * (len(missing) - 1) // _PROBES[1]]
        place = number % chunk.places
        one = {name: column[place : place + 1] for name, column in plan.values(chunk).items()}
        begin = time.perf_counter()
        evaluate(plan.model, plan.resonator, one)
        if number == 0:  # which has to import and compile
            continue
        seconds, taken = seconds + time.perf_counter() - begin, taken + 1
        if taken >= _PROBES[0] and seconds > _PROBING:
            break
    return Cost(places, sum(chunk.places for chunk in missing), seconds / max(taken, 1), workers, memory)


def named_model(model: "str | Model", transmons: Transmons | None) -> tuple[Model, str]:
    """Return a model and its name; that of transmons with levels must know them.

    Raises
    ------
    DataError
        If there is no model of that name.
    """
    if not isinstance(model, str):
        told: Any = model
        return (
            model,
            f"{getattr(told, '__module__', '')}.{getattr(told, '__qualname__', type(told).__name__)}",
        )
    if model not in rungs():
        raise DataError(f"model must be one of {', '.join(rungs())}, found {model!r}")
    if model in LEVELS:
        if transmons is None:
            raise DataError(
                f"model '{model}' must know E_C / h of both transmons, found none; give the device, or transmons"
            )
        return OfTransmons(MODELS[model], transmons), model
    return MODELS[model], model

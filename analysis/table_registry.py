"""Tables that are models: by their names they stand beside those of `valvelab.analysis.MODELS`."""

from .model_slopes import SLOPES
from .models import MODELS, PAIR_IMPERFECTIONS, pair_model_of
from .table import Table

TABLES: dict[str, Table] = {}
"""Tables that are models, by name."""


def rungs() -> list[str]:
    """Return the names of the models that are no tables."""
    return [name for name in MODELS if name not in TABLES]


def register(table: Table) -> Table:
    """Enter a table into `MODELS` and `SLOPES` under its name, and return it."""
    TABLES[table.name] = table
    MODELS[table.name], SLOPES[table.name] = table, table.slopes
    return table


def rung_of(model: str) -> str:
    """Return the name of the model that a name stands for: of a table's, the one that was tabulated."""
    return TABLES[model].model if model in TABLES else model


def model_knowing(imperfection: str, model: str) -> str | None:
    """Return the model that knows an imperfection and otherwise agrees with a model; None where there is none."""
    if imperfection not in PAIR_IMPERFECTIONS:
        return model
    if model in TABLES:
        return model if imperfection in TABLES[model].grid.ranges else None
    return None if model == "independent" else pair_model_of(model)

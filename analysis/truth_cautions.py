"""What a simulated chip has that a fit does not allow for, so that nobody wonders at the pulls."""

import math
from typing import TYPE_CHECKING

from valvelab.units import format_quantity

from .entries import DIMENSIONS
from .models import Rates
from .table_registry import model_knowing

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

_SEEN = {"asymmetry": "1", "exchange": "Hz", "phase": "rad"}
"""What a simulated chip may have beside rates, and a fit may not know of."""


def truth_warnings(fit: "SwitchingFit", truth: Rates) -> list[str]:
    """Return what a simulated chip has that the fit holds to be otherwise: its truth is none that can be found."""
    held = [name for name in _SEEN if name not in fit.problem.where.free]
    apart = [name for name in held if getattr(truth, name) != getattr(fit.rates, name)]
    told = [_chip_has(name, getattr(truth, name)) for name in apart]
    cures = [f"--free {name}" for name in apart if math.isfinite(getattr(truth, name))]
    if truth.parity != fit.rates.parity:
        told.append(f"a parity of {truth.parity}")
        cures.append(f"--parity {truth.parity}")
    if not told:
        return []
    knowing = model_knowing("asymmetry", fit.model) or "pair"
    model = [f"--model {knowing}"] if knowing != fit.model else []
    cure = f" Fit with {' '.join([*model, *cures])}." if cures else ""
    return [
        f"The simulated chip has {' and '.join(told)}, which this fit does not allow for: its truth is out of reach, "
        f"and pulls may be large for that.{cure}"
    ]


def _chip_has(name: str, value: float) -> str:
    """Return what a chip has, in words; couplings that no asymmetry describes are not a number."""
    if not math.isfinite(value):
        return "couplings that differ from reservoir to reservoir"
    dimension = DIMENSIONS.get(_SEEN[name])
    return f"{name} = {value:g}" if dimension is None else f"{name} = {format_quantity(value, dimension, 3)}"

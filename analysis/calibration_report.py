"""What a calibration says: a figure of fits and residuals, a summary for ``fit.json``."""

from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.device import Device
from valvelab.units import format_quantity

from .calibration_fit import CalibrationFit, Determined

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BLUE, _GREY = "#0072B2", "0.6"
_UNLIKELY = 0.01


def calibration_summary(fit: CalibrationFit, device: Device) -> dict[str, Any]:
    """Return numbers, errors and goodness as plain values, with what the device file said before."""
    return {
        "schema": "valvelab-calibration-fit/1",
        "title": fit.title,
        "determined": [
            {
                "name": one.name,
                "value": one.value,
                "error": one.error if np.isfinite(one.error) else None,
                "dimension": one.dimension,
                "place": list(one.place),
                "texts": one.texts,
                "before": _before(device, one),
            }
            for one in fit.determined
        ],
        "chi_square": fit.chi_square,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "missing": list(fit.missing),
        "warnings": calibration_warnings(fit),
    }


def _before(device: Device, one: Determined) -> str:
    if not one.place:
        return "-"
    value: Any = device
    for part in one.place:
        value = value[part] if isinstance(part, int) else getattr(value, part)
    return "-" if value is None else format_quantity(value, one.dimension, 6)


def calibration_warnings(fit: CalibrationFit) -> list[str]:
    """Return what speaks against believing the errors."""
    from scipy.stats import chi2

    if fit.degrees_of_freedom < 1 or chi2.sf(fit.chi_square, fit.degrees_of_freedom) > _UNLIKELY:
        return []
    return [
        f"the model does not describe the readings (chi-square {fit.chi_square:.0f} for {fit.degrees_of_freedom} "
        "degrees of freedom): the errors are too small; look at the residuals"
    ]


def calibration_figure(fit: CalibrationFit) -> "Figure":
    """Draw each curve with its fit, and the residuals in units of their error below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(fit.traces), 4.4), layout="constrained")
    grid = figure.subplots(2, len(fit.traces), sharex="col", squeeze=False, height_ratios=[3, 1.2])
    for (upper, lower), trace in zip(grid.T, fit.traces, strict=True):
        label, across = trace.across
        order = np.argsort(across)
        style = {"linestyle": "none", "color": _BLUE, "marker": "o", "markersize": 3.5}
        upper.plot(across[order], trace.model[order], color="black", linewidth=1, label="fit")
        upper.errorbar(across, trace.measured[1], trace.error, label="measured", capsize=2, **style)
        upper.set(title=trace.name, ylabel=trace.measured[0])
        upper.legend(frameon=False)
        lower.axhline(0, color=_GREY, linewidth=0.8)
        lower.plot(across, (trace.measured[1] - trace.model) / trace.error, **style)
        lower.set(xlabel=label, ylabel="residual / error")
        lower.margins(y=0.15)
    return figure

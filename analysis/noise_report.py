"""Noise and outliers of a run, and what is left of it beside a fit, as a report shows them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.units import format_quantity

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KINDS = ("white_noise", "flicker_noise")
_MIDDLE = (0.025, 0.975)
_MOST_ROWS = 20
_STYLE = {"source": ("#D55E00", "s"), "drain": ("#0072B2", "o")}
"""Colour (Okabe and Ito) and marker of each thermometer."""
_NANO = 1e9


def noise_summary(dataset: "xr.Dataset") -> dict[str, Any] | None:
    """Return noise, flagged readings and remarks of a reduced dataset as texts; None where it holds no noise.

    Parameters
    ----------
    dataset
        With the variables that `valvelab.analysis.noise_record` names.
    """
    if "white_noise" not in dataset:
        return None
    names = dataset["thermometer"].values.astype(str)
    rows = [
        (name, *(format_quantity(float(dataset[kind][place]), "voltage", 3) for kind in _KINDS))
        for place, name in enumerate(names)
    ]
    flagged = _flagged(dataset)
    return {
        "thermometers": rows,
        "flagged": flagged[:_MOST_ROWS],
        "not_shown": max(len(flagged) - _MOST_ROWS, 0),
        "remarks": dataset["remark"].values.astype(str).tolist() if "remark" in dataset else [],
    }


def noise_figure(dataset: "xr.Dataset") -> "Figure":
    """Draw the Allan deviation of each thermometer, and what its white and flicker noise give.

    Parameters
    ----------
    dataset
        With the variables that `valvelab.analysis.noise_record` names.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(dataset["thermometer"].values.astype(str)):
        colour, marker = _STYLE[name]
        time = dataset["allan_time"].values[place]
        measured = dataset["allan_deviation"].values[place]
        axes.plot(time, measured * _NANO, marker, color=colour, markersize=4, label=name)
        modelled = dataset["allan_deviation_model"].values[place]
        axes.plot(time, modelled * _NANO, color=colour, linewidth=1)
    _label(axes, "time between averages (s)", "Allan deviation (nV)")
    return figure


def residual_figure(allan: Mapping[str, Any]) -> "Figure":
    """Draw the Allan deviation of a fit's residuals, and between what noise alone would have it.

    Parameters
    ----------
    allan
        The fields of `valvelab.analysis.diagnostics.ResidualAllan`, as ``fit.json`` holds them.
    """
    from matplotlib.figure import Figure
    from scipy.stats import chi2

    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    points, freedom = (np.array(allan[name], float) for name in ("points", "freedom"))
    low, high = (np.sqrt(chi2.ppf(end, freedom) / freedom / points) for end in _MIDDLE)
    axes.fill_between(points, low, high, color="0.85", linewidth=0, label="noise alone, 95 %")
    axes.plot(points, 1 / np.sqrt(points), color="0.4", linewidth=1)
    axes.plot(points, allan["deviation"], "o", color=_STYLE["drain"][0], markersize=4, label="residuals")
    _label(axes, "powers in an average", "Allan deviation / $\\sigma$")
    return figure


def _label(axes: "Axes", along: str, across: str) -> None:
    """Make both axes logarithmic, with plain numbers at 1, 2, 5, and name them."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    axes.set(xscale="log", yscale="log", xlabel=along, ylabel=across)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.legend(frameon=False)


def _flagged(dataset: "xr.Dataset") -> list[tuple[str, ...]]:
    """Return thermometer, reading, cell, configuration, deviation and fate of the flagged readings, largest first."""
    if "flagged_reading" not in dataset:
        return []
    deviation = dataset["flagged_deviation"].values
    columns = [
        dataset[f"flagged_{name}"].values.astype(str)
        for name in ("thermometer", "reading", "cell", "configuration")
    ]
    fates = np.where(dataset["flagged_left_out"].values > 0, "left out", "kept, too few others")
    order = np.argsort(-np.abs(deviation), kind="stable")
    return [
        (*(str(column[row]) for column in columns), f"{deviation[row]:+.1f}", str(fates[row]))
        for row in order
    ]

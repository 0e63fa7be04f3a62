"""Noise and outliers of a run, as a report shows them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.units import format_quantity

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

_KINDS = ("white_noise", "flicker_noise")
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
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    figure = Figure(figsize=(4.8, 3.2), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(dataset["thermometer"].values.astype(str)):
        colour, marker = _STYLE[name]
        time = dataset["allan_time"].values[place]
        measured = dataset["allan_deviation"].values[place]
        axes.plot(time, measured * _NANO, marker, color=colour, markersize=4, label=name)
        modelled = dataset["allan_deviation_model"].values[place]
        axes.plot(time, modelled * _NANO, color=colour, linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="time between averages (s)", ylabel="Allan deviation (nV)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.legend(frameon=False)
    return figure


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

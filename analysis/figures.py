"""Figures of a switching measurement, readable in print and for the colour-blind."""

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from .fit_files import bath_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

STYLE = {
    "both": ("#0072B2", "o", 4.0, "-", "both on resonance"),
    "only_1": ("#D55E00", "s", 6.5, "-", "only qubit 1"),
    "only_2": ("#009E73", "^", 3.5, "--", "only qubit 2"),
    "off": ("#666666", "v", 4.0, ":", "off"),
}
"""Colour (Okabe and Ito), marker, its size, line and name: equal qubits lie on each other, and both must be seen."""
_ATTO, _MILLI = 1e18, 1e3


def switching_figure(fit: "xr.Dataset") -> "Figure":
    """Draw heat power against source temperature for each configuration, with the fit and its residuals.

    Parameters
    ----------
    fit
        The dataset of ``fit.nc``; one panel for each bath temperature.
    """
    from matplotlib.figure import Figure

    baths = bath_of(fit)
    columns = np.unique(baths)
    figure = Figure(figsize=(max(4.6, 2.6 * len(columns)), 4.8), layout="constrained")
    axes = figure.subplots(2, len(columns), sharex=True, sharey="row", squeeze=False, height_ratios=[3, 1])
    for column, bath in enumerate(columns):
        _panel(axes[:, column], fit, float(bath), baths)
        if "bath_temperature" in fit:
            axes[0, column].set_title(f"bath {bath * _MILLI:.0f} mK", fontsize=10)
        axes[1, column].set_xlabel("source temperature $T_h$ (mK)")
    relative = "\nabove 'off'" if "reference_frequency_1" in fit else ""
    direction = {"drain": "into drain", "source": "out of source"}[
        "source" if fit_of_source(fit) else "drain"
    ]
    axes[0, 0].set_ylabel(f"heat power {direction}{relative} (aW)")
    axes[1, 0].set_ylabel("residual / $\\sigma$")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=4 if len(columns) > 1 else 2, frameon=False
    )
    return figure


def svg(figure: "Figure") -> str:
    """Return a figure as SVG text for a page, the same every time."""
    import matplotlib as mpl

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "valvelab", "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def fit_of_source(fit: "xr.Dataset") -> bool:
    """Tell whether the source's powers alone were fitted, by the dataset of ``fit.nc``."""
    return "heat_power_drain_model" not in fit


def _panel(
    axes: "np.ndarray[Any, Any]", fit: "xr.Dataset", bath: float, baths: "np.ndarray[Any, Any]"
) -> None:
    """Draw the points, curves and residuals at one bath temperature."""
    (upper, lower), reservoir = axes, "source" if fit_of_source(fit) else "drain"
    lower.margins(y=0.12)
    lower.axhline(0, color="0.6", linewidth=0.8, zorder=0)
    if "reference_frequency_1" in fit:
        upper.axhline(
            0, color=STYLE["off"][0], linestyle=":", linewidth=1.2, zorder=0, label="off (reference)"
        )
    for name, (colour, marker, size, line, label) in STYLE.items():
        points = fit.isel(point=np.flatnonzero((baths == bath) & (fit["configuration"].values == name)))
        if points.sizes["point"] == 0:
            continue
        source = points["temperature_source"].values * _MILLI
        power, model, error = (
            points[f"heat_power_{reservoir}{end}"].values for end in ("", "_model", "_error")
        )
        style = {"color": colour, "marker": marker, "markersize": size, "linestyle": "none"}
        style |= {"markerfacecolor": "none"} if name == "only_1" else {}
        upper.errorbar(source, power * _ATTO, error * _ATTO, label=label, capsize=2, **style)
        lower.plot(source, (power - model) / error, **style)
        on_curve = (fit["curve_bath_temperature"].values == bath) & (
            fit["curve_configuration"].values == name
        )
        curve = fit.isel(curve_point=np.flatnonzero(on_curve))
        upper.plot(
            curve["curve_temperature_source"].values * _MILLI,
            curve[f"curve_heat_power_{reservoir}"].values * _ATTO,
            color=colour,
            linestyle=line,
            linewidth=1.2,
        )

"""Draw a fitted heat map: what was measured, what the model makes of it, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .flux_map_heat import Array
from .flux_map_model import qubit_frequency

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .flux_map_result import FluxMapFit

_ATTOWATT, _MILLIAMPERE = 1e-18, 1e-3


def flux_map_figure(fit: FluxMapFit) -> Figure:
    """Return a figure of three panels: the map without its slow offsets, the model, and the residual [aW].

    Lines in the residual show where each fitted qubit is on resonance with the filter.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heat_map = fit.heat_map
    slow = int(fit.slow_axis == "coil_current_2")
    above = heat_map.heat_power - fit.baseline - np.expand_dims(fit.offsets, 1 - slow)
    residual = fit.residual
    panels = [above, above - residual, residual]
    low, high = (float(np.percentile(panels[1], share)) / _ATTOWATT for share in (0, 100))
    spread = float(np.percentile(np.abs(residual), 99)) / _ATTOWATT
    heat: dict[str, Any] = {"cmap": "viridis", "vmin": low - spread / 2, "vmax": high + spread / 2}
    rest: dict[str, Any] = {"cmap": "RdBu_r", "vmin": -spread, "vmax": spread}

    figure = Figure(figsize=(7.2, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    titles = ("measured", f"model '{fit.model}'", f"residual, rms {fit.rms / _ATTOWATT:.2f} aW")
    x, y = heat_map.coil_current_2 / _MILLIAMPERE, heat_map.coil_current_1 / _MILLIAMPERE
    meshes = []
    for axis, panel, title, style in zip(axes, panels, titles, (heat, heat, rest), strict=True):
        meshes.append(axis.pcolormesh(x, y, panel / _ATTOWATT, shading="nearest", rasterized=True, **style))
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("coil current 2 (mA)", fontsize=8)
        axis.tick_params(labelsize=8)
    axes[0].set_ylabel("coil current 1 (mA)", fontsize=8)
    _bar(figure, meshes[1], axes[:2], "heat into the drain above background (aW)")
    _bar(figure, meshes[2], axes[2], "measured - model (aW)")
    _mark_resonances(axes[2], fit)
    figure.legend(
        *axes[2].get_legend_handles_labels(), loc="outside upper right", ncols=2, fontsize=8, frameon=False
    )
    return figure


def _bar(figure: Figure, mesh: Any, axes: Any, label: str) -> None:
    bar = figure.colorbar(mesh, ax=axes, location="bottom", fraction=0.05, aspect=40)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=8)


def _mark_resonances(axis: Any, fit: FluxMapFit) -> None:
    first, second = (_fine(current) for current in (fit.heat_map.coil_current_1, fit.heat_map.coil_current_2))
    for qubit, line in ((1, "solid"), (2, "dashed")):
        frequency = qubit_frequency(qubit, fit.values, first[:, None], second[None, :])
        level = fit.values["resonator_frequency"]
        if frequency.min() < level < frequency.max():
            drawn = {"levels": [level], "colors": "black", "linewidths": 0.6, "linestyles": line}
            axis.contour(second / _MILLIAMPERE, first / _MILLIAMPERE, frequency, **drawn)
            axis.plot([], [], color="black", linewidth=0.6, linestyle=line, label=f"f$_{qubit}$ = f$_r$")


def _fine(current: Array) -> Array:
    return np.linspace(current[0], current[-1], 400)

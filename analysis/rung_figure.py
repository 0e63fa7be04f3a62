"""The enhancement on every rung as a figure, with where each stops to hold."""

from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.sim import MARKOV_BOUND, WEAK_BOUND

from .rungs import RUNGS

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

_STYLES = (
    ("#0072B2", "-"),
    ("#E69F00", "--"),
    ("#009E73", "-"),
    ("#D55E00", "-"),
    ("#CC79A7", "-."),
    ("#000000", ":"),
    ("#56B4E9", (0, (5, 1, 1, 1, 1, 1))),
)
"""Colours of Okabe and Ito; rungs that agree lie on each other, and both must be seen."""
_LOWEST, _HIGHEST = -1.0, 3.0
"""Enhancements beyond which a figure does not go."""
_MILLI = 1e3
_LEGEND_COLUMNS = 5
_SIDES = {"drain": "heat into the drain", "source": "heat out of the source"}


def rung_figure(found: "xr.Dataset") -> "Figure":
    """Draw the enhancement of drain and source against gamma / kappa and against the source temperature.

    Parameters
    ----------
    found
        What `compare_rungs` returned.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 6.4), layout="constrained")
    axes = figure.subplots(2, 2, sharex="col", sharey="row")
    for row, (side, words) in zip(axes, _SIDES.items(), strict=True):
        _by_coupling(row[0], found, side)
        _by_temperature(row[1], found, side)
        row[0].set_ylabel(f"enhancement\n{words}")
    axes[1, 0].set_xlabel(r"$\gamma / \kappa$, all rates scaled together")
    axes[1, 1].set_xlabel("source temperature $T_h$ (mK)")
    cold, warm = (found.attrs[f"operating_{name}_temperature"] for name in ("drain", "source"))
    axes[0, 0].set_title(f"$T_h$ = {warm * _MILLI:.0f} mK, $T_c$ = {cold * _MILLI:.0f} mK", fontsize=10)
    axes[0, 1].set_title(
        rf"$\gamma/\kappa$ = {found.attrs['own_coupling']:.3g}, $T_c$ = {cold * _MILLI:.0f} mK", fontsize=10
    )
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside upper center", ncols=_LEGEND_COLUMNS, frameon=False, fontsize=9
    )
    return figure


def _by_coupling(axes: Any, found: "xr.Dataset", side: str) -> None:
    coupling = found["coupling"].values
    _curves(axes, found, coupling, f"enhancement_{side}_by_coupling")
    _own(axes, found, float(found.attrs["own_coupling"]), side)
    axes.set_xscale("log")
    axes.set_xlim(coupling[0], coupling[-1])
    # Both numbers of the validity are proportional to the rates.
    for name, bound, style in (
        ("broadening", MARKOV_BOUND, _SLOW),
        ("strength", WEAK_BOUND, _STRONG),
    ):
        _shade(
            axes,
            coupling[0] * bound / found[f"{name}_by_coupling"].values[0],
            coupling,
            style,
            side == "drain",
        )


def _by_temperature(axes: Any, found: "xr.Dataset", side: str) -> None:
    temperature = found["temperature_source"].values * _MILLI
    _curves(axes, found, temperature, f"enhancement_{side}_by_temperature")
    _own(axes, found, found.attrs["operating_source_temperature"] * _MILLI, side)
    axes.set_xlim(temperature[0], temperature[-1])
    for name, bound, style in (
        ("broadening", MARKOV_BOUND, _SLOW),
        ("strength", WEAK_BOUND, _STRONG),
    ):
        values = found[f"{name}_by_temperature"].values
        over = np.flatnonzero(values > bound)
        if over.size:
            first = int(over[0])
            edge = (
                temperature[0]
                if first == 0
                else np.interp(bound, values[first - 1 : first + 1], temperature[first - 1 : first + 1])
            )
            _shade(axes, float(edge), temperature, style, labelled=False)


_SLOW = {"color": "0.9", "label": "beyond a master equation"}
_STRONG = {
    "facecolor": "none",
    "edgecolor": "0.7",
    "hatch": "///",
    "linewidth": 0,
    "label": "beyond rotating waves",
}


def _shade(axes: Any, edge: float, along: Any, style: dict[str, Any], labelled: bool) -> None:
    if edge < along[-1]:
        label = style["label"] if labelled else None
        axes.axvspan(max(edge, along[0]), along[-1], zorder=-2, **{**style, "label": label})


def _curves(axes: Any, found: "xr.Dataset", along: Any, name: str) -> None:
    axes.axhline(1, color="0.6", linewidth=0.8, zorder=-1)
    values = found[name].values
    if ((values < _LOWEST) | (values > _HIGHEST)).any():  # where the singles' heat goes through zero
        shown = values[(values >= _LOWEST) & (values <= _HIGHEST)]
        low, high = min([*shown, 1.0]), max([*shown, 1.0])
        axes.set_ylim(low - 0.05 * (high - low) - 0.01, high + 0.05 * (high - low) + 0.01)
        axes.text(
            0.02,
            0.02,
            "goes on beyond, where the singles carry nothing",
            transform=axes.transAxes,
            fontsize=7,
        )
    for rung in found["rung"].values:
        colour, line = _style(str(rung))
        axes.plot(
            along, found[name].sel(rung=rung), color=colour, linestyle=line, linewidth=1.6, label=str(rung)
        )


def _own(axes: Any, found: "xr.Dataset", where: float, side: str) -> None:
    """Mark the device's own point."""
    label = "this device" if side == "drain" and axes.get_subplotspec().is_first_col() else None
    axes.axvline(where, color="0.3", linewidth=1.0, linestyle=(0, (1, 2)), label=label)
    for rung in found["rung"].values:
        value = float(found[f"enhancement_{side}"].sel(rung=rung))
        axes.plot(where, value, "o", color=_style(str(rung))[0], markersize=5, zorder=3)


def _style(rung: str) -> tuple[str, Any]:
    """Return colour and line of a rung, the same in every figure."""
    return _STYLES[list(RUNGS).index(rung) % len(_STYLES)]

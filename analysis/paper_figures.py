"""Figs. 3 to 6 of the paper: readable in print and for the colour-blind, the observable named on every axis."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINES: tuple[dict[str, Any], ...] = (
    {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    {"color": "#D55E00", "marker": "s", "linestyle": (0, (5, 1.5))},
    {"color": "#009E73", "marker": "^", "linestyle": (0, (5, 1.5, 1, 1.5))},
    {"color": "#CC79A7", "marker": "D", "linestyle": (0, (2.5, 1))},
    {"color": "#E69F00", "marker": "v", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
)
"""Colour (Okabe and Ito), marker and line of the curves of a panel, in order."""
_INDEPENDENT: dict[str, Any] = {"color": "black", "linestyle": (0, (6, 3)), "linewidth": 1.1}
_SPINS = (0.5, 1, 2, 4, 8)
_FEMTO, _MILLI = 1e15, 1e3
_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "lines.linewidth": 1.3,
    "lines.markersize": 4.5,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
}


def paper_figures(curves: "xr.Dataset") -> "dict[str, Figure]":
    """Draw the figures, each under the name of its file.

    Parameters
    ----------
    curves
        What `paper_curves` returns.
    """
    import matplotlib as mpl

    with mpl.rc_context(_STYLE):
        return {
            "figure-3": _figure_3(curves),
            "figure-4": _figure_4(curves),
            "figure-5": _figure_5(curves),
            "figure-6": _figure_6(curves),
        }


def _figure_3(curves: "xr.Dataset") -> "Figure":
    figure, (left, right) = _panels(1, 2, (7.0, 3.3), right=0.87)
    source, spin = curves["inverse_source_temperature"].values, curves["spin"].values
    current, bound = curves["figure_3_hot"], curves["figure_3_bound"]
    for place, (line, one) in enumerate(zip(_LINES, _SPINS, strict=True)):
        left.plot(
            source, current.sel(spin=one), label=f"$J = {_half(one)}$", markevery=(2 * place, 10), **line
        )
    left.plot(
        source, curves["figure_3_independent"], label=r"$\dot Q_h^\mathrm{ind}$, $N = 2J$", **_INDEPENDENT
    )
    left.plot(source, bound, color="black", ls=":", lw=1.6, label=r"$\dot Q_h^\mathrm{lim}$")
    left.set(xlabel="$T_0/T_h$", xlim=(0, 2.5), yscale="log", ylim=(8e-5, 3))
    left.legend(loc="lower left")
    for line, one in zip(_LINES, (0.1, 0.3, 0.7, 1.0, 1.5), strict=True):
        at = curves.sel(inverse_source_temperature=one, method="nearest")
        right.plot(spin, at["figure_3_hot"], label=f"{one:g}", **line)
        right.axhline(float(at["figure_3_bound"]), color=line["color"], ls=":", lw=1.4)
    right.plot([], [], color="black", ls=":", lw=1.4, label=r"$\dot Q_h^\mathrm{lim}$")
    right.set(xlabel="$J$", xscale="log", yscale="log")
    right.set_xticks(_SPINS, [f"${_half(one)}$" for one in _SPINS], minor=False)
    right.set_xticks([], minor=True)
    _legend_beside(right, "$T_0/T_h$:")
    for axes in (left, right):
        axes.set_ylabel(r"$\dot Q_h / (J \hbar\omega_0^2)$")
    return figure


def _figure_4(curves: "xr.Dataset") -> "Figure":
    figure, rows = _panels(2, 2, (7.0, 5.6), right=0.8)
    numbers = curves["qubits"].values
    chosen = {1.0: (0.1, 1, None, 10, 100), 3.0: (0.1, None, 1, 3, 10)}
    for (left, right), (source, parasitic) in zip(rows.reshape(2, 2), chosen.items(), strict=True):
        panel = curves.sel(source_temperature=source)
        effective = float(panel["figure_4_effective"])
        for place, (line, one) in enumerate(zip(_LINES, parasitic, strict=True)):
            at = panel.sel(inverse_parasitic_temperature=one or effective, method="nearest")
            label = f"{one:g}" if one else f"{effective:.2f} ($T_p = T^*$)"
            # Where two curves coincide, both markers show.
            size = {"markersize": 7, "fillstyle": "none"} if place == 3 else {}
            left.plot(numbers, at["figure_4_hot"] * 1e2, label=label, **line, **size)
            right.plot(numbers, at["figure_4_spin_squared"], **line, **size)
        hottest = panel.sel(inverse_parasitic_temperature=0.1)
        left.plot(
            numbers,
            hottest["figure_4_equation_24"] * 1e2,
            color=_LINES[0]["color"],
            ls=":",
            label="0.1, Eq. (24)",
        )
        left.plot(
            numbers,
            np.full(numbers.size, panel["figure_4_independent"]) * 1e2,
            label=r"$\dot Q_h^\mathrm{ind}$",
            **_INDEPENDENT,
        )
        left.plot(numbers, panel["figure_4_ideal"] * 1e2, "k^", ms=6, fillstyle="none", label="$J = N/2$")
        left.set_ylabel(r"$\dot Q_h / (N \hbar\omega_0^2)$  ($10^{-2}$)")
        right.set(ylabel=r"$\langle J^2\rangle\,/\,[\frac{N}{2}(\frac{N}{2} + 1)]$", ylim=(0, 1.05))
        _legend_beside(right, f"$T_h = {'' if source == 1 else 3} T_0$, $T_0/T_p$:", left)
        left.yaxis.set_label_coords(-0.19, 0.5)
    for axes in rows[2:]:
        axes.set_xlabel("number of qubits $N$")
    return figure


def _figure_5(curves: "xr.Dataset") -> "Figure":
    figure, (left, right) = _panels(1, 2, (7.0, 3.6))
    numbers, kelvin = curves["qubits"].values, curves["parasitic_temperature"].values
    for line, one in zip(_LINES, (0.05, 0.1, 0.15, 0.25, 0.45), strict=True):
        at = curves["figure_5_hot"].sel(parasitic_temperature=one, method="nearest")
        left.plot(numbers, at / numbers * _FEMTO, label=f"{one * _MILLI:.0f} mK", **line)
    single = curves["figure_5_independent"]
    left.plot(numbers, single / numbers * _FEMTO, label=r"$\dot Q_h^\mathrm{ind}$", **_INDEPENDENT)
    left.set(xlabel="number of qubits $N$", ylabel=r"$\dot Q_h / N$ (fW)")
    left.legend(loc="upper left", title="$T_p$")
    two = curves.sel(qubits=2, filter_exponent=0)
    shown = (
        ("hot", r"$\dot Q_h$", _LINES[0]),
        ("drain", r"$-\dot Q_c$", _LINES[1]),
        ("equation_24", "Eq. (24)", _LINES[4]),
        ("detuned_hot", r"$2\dot Q_h^\mathrm{det}$", _LINES[2]),
        ("detuned_drain", r"$-2\dot Q_c^\mathrm{det}$", _LINES[3]),
    )
    for place, (name, label, line) in enumerate(shown):
        right.plot(
            kelvin * _MILLI, two[f"figure_5_{name}"] * _FEMTO, label=label, markevery=(2 * place, 10), **line
        )
    right.axhline(
        float(two["figure_5_independent"]) * _FEMTO,
        label=r"$\dot Q_h^\mathrm{ind}$, Eq. (26)",
        **_INDEPENDENT,
    )
    effective = float(curves["figure_5_effective_temperature"]) * _MILLI
    right.axvline(effective, ymax=0.55, color="0.6", lw=0.8, zorder=0)
    right.annotate(
        "$T^*$", (effective, 0.02), (3, 0), ("data", "axes fraction"), "offset points", color="0.4"
    )
    right.set(xlabel="parasitic temperature $T_p$ (mK)", ylabel="heat current, $N = 2$ (fW)")
    right.legend(loc="upper right", ncols=2)
    return figure


def _figure_6(curves: "xr.Dataset") -> "Figure":
    figure, (axes,) = _panels(1, 1, (4.2, 3.2), right=0.965)
    temperature = curves["temperature"].values
    for place, (line, one) in enumerate(zip(_LINES, _SPINS, strict=True)):
        at = curves.sel(spin=one)
        axes.plot(
            temperature,
            at["figure_6_inversion"],
            label=f"$J = {_half(one)}$",
            markevery=(3 + 2 * place, 20),
            **line,
        )
    axes.set(xlabel="$T/T_0$", ylabel=r"$\langle J_z\rangle_{J,T}$", xlim=(0, 10))
    axes.legend(loc="lower right")
    return figure


def _panels(rows: int, columns: int, size: tuple[float, float], right: float = 0.985) -> "tuple[Figure, Any]":
    """Return a figure and its axes, which carry letters where there are several.

    Margins are given and not found by trial: that is half the time of drawing.
    """
    from matplotlib.figure import Figure

    width, height = size
    figure = Figure(figsize=size)
    panels = figure.subplots(rows, columns, squeeze=False, sharex="col").ravel()
    margins = {"left": 0.6 / width, "right": right, "bottom": 0.48 / height, "top": 1 - 0.28 / height}
    figure.subplots_adjust(**margins, wspace=0.3, hspace=0.16)
    if panels.size > 1:
        for axes, letter in zip(panels, "abcd", strict=False):
            axes.set_title(f"({letter})", loc="left", fontsize=10)
    return figure, panels


def _legend_beside(axes: "Axes", title: str, source: "Axes | None" = None) -> None:
    """Put a legend to the right of a panel."""
    handles, labels = (source or axes).get_legend_handles_labels()
    axes.legend(handles, labels, title=title, loc="center left", bbox_to_anchor=(1.01, 0.5), alignment="left")


def _half(spin: float) -> str:
    return f"{spin:g}" if spin == int(spin) else f"{2 * spin:g}/2"

"""Fit the current-voltage characteristic of junctions in series: gap, resistance, temperature and broadening."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.arguments import numbers, whole
from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.errors import DataError
from valvelab.junction_integrals import current_and_slope
from valvelab.units import format_with_error

if TYPE_CHECKING:
    import lmfit
    from matplotlib.figure import Figure

Array = npt.NDArray[np.float64]
_FEWEST = 20
"""Points for six parameters."""
_MOST_STEPS = 60
_EXACT = 1e-12
_UEV, _MILLI, _MICRO = 1e-6 * ELEMENTARY_CHARGE, 1e-3, 1e-6
_SCALES = {
    "gap": (_UEV, "energy"),
    "resistance": (1.0, "resistance"),
    "series_resistance": (1.0, "resistance"),
    "temperature": (_MILLI, "temperature"),
    "broadening": (1.0, None),
    "offset": (_MICRO, "voltage"),
}
"""SI value of the units in which the parameters are varied (ueV, Ohm, mK, uV), and their dimensions."""


@dataclass(frozen=True)
class SinisIvFit:
    """A fitted characteristic.

    Parameters
    ----------
    result
        lmfit's result: gap [ueV], resistance of all junctions and series_resistance [Ohm], temperature [mK],
        broadening and offset [uV].
    voltage, current
        What was fitted [V, A].
    model
        Current of the fit at these voltages [A].
    """

    result: "lmfit.minimizer.MinimizerResult"
    voltage: Array
    current: Array
    model: Array

    @property
    def values(self) -> dict[str, tuple[float, float]]:
        """Value and standard error of each parameter in SI units; an error that is not known is infinite."""
        return {
            name: (
                self.result.params[name].value * scale,
                (self.result.params[name].stderr or np.inf) * scale,
            )
            for name, (scale, _) in _SCALES.items()
        }

    @property
    def relative_deviation(self) -> float:
        """Root mean square of the deviation over that of the current."""
        return float(np.linalg.norm(self.model - self.current) / np.linalg.norm(self.current))

    def report(self) -> str:
        """Return a line for each parameter, and one for the deviation."""
        lines = []
        for name, (value, error) in self.values.items():
            text, uncertain = format_with_error(value, error, _SCALES[name][1])
            lines.append(f"{name.replace('_', ' '):18} {text} +- {uncertain}")
        return "\n".join([*lines, f"{'deviation':18} {self.relative_deviation:.2%} of the rms current"])

    def figure(self) -> "Figure":
        """Draw the currents with the fit, and their difference."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6, 5), layout="constrained")
        upper, lower = figure.subplots(2, sharex=True, height_ratios=[3, 1])
        upper.plot(self.voltage * 1e3, np.abs(self.current) * 1e9, ".", markersize=3, label="measured")
        upper.plot(self.voltage * 1e3, np.abs(self.model) * 1e9, linewidth=1, label="fit")
        upper.set(yscale="log", ylabel="|current| (nA)")
        upper.legend()
        lower.plot(self.voltage * 1e3, (self.current - self.model) * 1e9, ".", markersize=3)
        lower.axhline(0, linewidth=0.5, color="black")
        lower.set(xlabel="voltage (mV)", ylabel="difference (nA)")
        return figure


def fit_sinis_iv(
    voltage: npt.ArrayLike,
    current: npt.ArrayLike,
    *,
    junctions: int = 2,
    largest_voltage: float = np.inf,
) -> SinisIvFit:
    r"""Fit equal junctions and a resistor in series to a measured characteristic, all at one temperature.

    .. math:: V - V_0 = n V_{NIS}(I) + R_s I

    Parameters
    ----------
    voltage, current
        What was measured [V, A], shape (n,), any order.
    junctions
        Number of junctions in series.
    largest_voltage
        Points at a larger voltage of either sign are left out [V]: far above the gap the current heats the island, and
        one temperature does not describe it.

    Raises
    ------
    ValueError
        If an argument is out of range.
    DataError
        If there are too few points, or if they do not reach the gap.

    Notes
    -----
    The resistor is that of the normal metal and of the leads; without it a wider gap and a higher temperature pretend
    to fit. Every point has the same weight, so that what is told is told by the points near the gap and above.

    Examples
    --------
    >>> from valvelab.junction import nis_current
    >>> voltage = np.linspace(-0.8e-3, 0.8e-3, 201)
    >>> fit = fit_sinis_iv(voltage, nis_current(voltage / 2, 0.2, 200 * 1.602176634e-25, 10e3, 1e-3))
    >>> print(f"{fit.values['gap'][0] / 1.602176634e-25:.3f} ueV")
    200.000 ueV
    """
    import lmfit

    count = whole("junctions", junctions, 1)
    voltage, current = numbers("voltage", voltage), numbers("current", current)
    if voltage.ndim != 1 or voltage.shape != current.shape:
        raise ValueError(
            "Arguments `voltage` and `current` must be two lists of one length, but have the shapes "
            f"{voltage.shape} and {current.shape}."
        )
    chosen = np.abs(voltage) <= largest_voltage
    voltage, current = voltage[chosen], current[chosen]
    if voltage.size < _FEWEST:
        raise DataError(
            f"characteristic: must hold at least {_FEWEST} points up to the largest voltage, found {voltage.size}"
        )
    error = 1e-3 * np.abs(current).max()

    def residual(parameters: Any) -> Array:
        return np.asarray((_model(parameters, voltage, count) - current) / error)

    result = lmfit.minimize(residual, _start(voltage, current, count))
    return SinisIvFit(result, voltage, current, _model(result.params, voltage, count))


def _start(voltage: Array, current: Array, junctions: int) -> "lmfit.Parameters":
    """Return parameters near the answer: the gap stands where half of the largest conductance is reached."""
    import lmfit

    size = np.abs(voltage)
    order = np.argsort(size)
    width = max(voltage.size // 20, 5)
    groups = np.array_split(order, voltage.size // width)
    places = np.array([size[group].mean() for group in groups])
    conductances = np.diff([np.abs(current[group]).mean() for group in groups]) / np.diff(places)
    steep = np.flatnonzero(conductances > conductances.max() / 2)
    if not conductances.max() > 4 * conductances[0]:
        raise DataError(
            "characteristic: must reach from below the gap to above it, found a conductance that varies by less than "
            "four; measure to higher voltages, or give a larger `largest_voltage`"
        )
    gap = ELEMENTARY_CHARGE * places[steep[0] : steep[0] + 2].mean() / junctions
    resistance = 1 / conductances.max()
    parameters = lmfit.Parameters()
    parameters.add("gap", gap / _UEV, min=0.3 * gap / _UEV, max=3 * gap / _UEV)
    parameters.add("resistance", resistance, min=0.05 * resistance, max=20 * resistance)
    parameters.add("series_resistance", 0.1 * resistance, min=-0.02 * resistance, max=20 * resistance)
    thermal = gap / BOLTZMANN / _MILLI
    parameters.add("temperature", 0.1 * thermal, min=0.002 * thermal, max=0.57 * thermal)
    parameters.add("broadening", 1e-2, min=0, max=1)
    parameters.add("offset", 0.0)
    return parameters


def _model(parameters: Any, voltage: Array, junctions: int) -> Array:
    """Return the current at the voltages [A] by Newton's method in the voltage of one junction over its gap."""
    gap, resistance, series, temperature, broadening, offset = (
        parameters[name].value * scale for name, (scale, _) in _SCALES.items()
    )
    applied = ELEMENTARY_CHARGE * (voltage - offset) / (junctions * gap)
    target, share = np.abs(applied), series / resistance
    inverse = np.full_like(target, gap / (BOLTZMANN * temperature))
    gamma = np.full_like(target, broadening)
    ratio, low, high = target / (1 + max(share, 0)), np.zeros_like(target), np.full_like(target, np.inf)
    for _ in range(_MOST_STEPS):
        found, slope = current_and_slope(ratio, inverse, gamma)
        wrong = ratio + share * found - target
        low, high = np.where(wrong < 0, ratio, low), np.where(wrong < 0, high, ratio)
        moved = ratio - wrong / (1 + share * slope)
        ratio = np.where((moved >= low) & (moved <= high), moved, (low + np.minimum(high, 2 * target)) / 2)
        if (np.abs(wrong) <= _EXACT * target).all():
            break
    return np.asarray(np.copysign(found, applied) * junctions * gap / (ELEMENTARY_CHARGE * resistance))

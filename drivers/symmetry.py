"""Where a response that depends on the size of a voltage, not on its sign, has its symmetric point."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.errors import RunError

Array = npt.NDArray[np.float64]

_FEWEST = 8
_SEARCHED = 0.5
"""The point is looked for in this part of the sweep, so that enough of it has a mirror image."""
_EVIDENCE = 10.0
"""By this much of Bayes' information criterion one curve must be better than another: very strong evidence."""
_UNEXPLAINED = 0.1
"""Of the variance of the responses; an even curve that leaves more is none, if a curve that is not even explains it."""
_ORDER = 3
_RIDGE = 1e-12


@dataclass(frozen=True)
class SymmetryPoint:
    """The voltage of symmetry [V], its standard error [V], and the scatter of one reading in its own unit."""

    voltage: float
    voltage_std: float
    scatter: float


def symmetry_point(voltages: npt.ArrayLike, responses: npt.ArrayLike) -> SymmetryPoint:
    """Find the voltage about which a response is its own mirror image.

    One smooth even curve of ``voltage - point`` is fitted to both branches at once, for every point in the middle of
    the sweep; the best is where the branches, mirrored, disagree least. The curve is a cubic spline with as many
    knots as the data earn by Bayes' information criterion. The error is that of least squares, with the scatter of
    the readings and with the freedom of the curve. A drift during the sweep is not in it, and the steps of the sweep
    must resolve the response.

    Parameters
    ----------
    voltages
        The voltages of a sweep [V], at least eight of them different, in any order.
    responses
        One reading at each of them, of equal scatter.

    Raises
    ------
    ValueError
        If the arguments are not such a sweep.
    RunError
        If the response tells no symmetric point in the middle half of the sweep.

    Examples
    --------
    >>> voltages = np.linspace(-4, 4, 33)
    >>> found = symmetry_point(voltages, np.cosh(voltages - 0.3))
    >>> print(f"{found.voltage:.3f} V")
    0.300 V
    """
    x, y = _sweep(voltages, responses)
    half = float(np.ptp(x)) / 2
    middle, reach = float(x.min()) + half, _SEARCHED * half
    scale = float(np.std(y))
    best: _Fit | None = None
    criterion = _criterion(y.size * scale**2, y.size, 1) - _EVIDENCE
    for intervals in _candidates(x) if scale > 0 else ():
        fit = _best(_Fit(x, y, middle, half, intervals), middle - reach, middle + reach)
        if (value := _criterion(fit.squares, y.size, fit.parameters)) < criterion:
            best, criterion = fit, value
    if best is None:
        raise RunError(
            "the response must change over the sweep by more than its scatter to have a symmetric point, found one "
            "that does not; sweep further or read longer"
        )
    error = best.error()
    if abs(best.point - middle) > 0.999 * reach or not error < reach / 2:
        raise RunError(
            "the response must have its symmetric point in the middle half of the sweep, from "
            f"{middle - reach:.6g} to {middle + reach:.6g} V, found none there; sweep around another voltage"
        )
    if best.mean_square > _UNEXPLAINED * scale**2 and best.is_worse_than_one_that_is_not_even():
        raise RunError(
            "the response must be the same for both signs of the voltage, found a curve that is not even about any "
            "voltage of the sweep; is it a response to power?"
        )
    return SymmetryPoint(best.point, error, math.sqrt(best.mean_square))


class _Fit:
    """An even curve about one point."""

    def __init__(self, x: Array, y: Array, point: float, half: float, intervals: int) -> None:
        from scipy.interpolate import BSpline

        self._x, self._y, self.point, self._half, self.intervals = x, y, point, half, intervals
        step = (1 + _SEARCHED) * half * (1 + 1e-6) / intervals
        self._knots = step * np.arange(-intervals - _ORDER, intervals + _ORDER + 1)
        every = BSpline.design_matrix(np.abs(x - point), self._knots, _ORDER).toarray()
        # On symmetric knots the mirror image of a basis function is another one: their sums are even.
        self._curves = (every + every[:, ::-1])[:, : (every.shape[1] + 1) // 2]
        self.parameters = 1 + int(self._curves.any(axis=0).sum())
        self._coefficients = _coefficients(self._curves, y)
        self.squares = float(np.sum((y - self._curves @ self._coefficients) ** 2))
        self.mean_square = self.squares / max(1, y.size - self.parameters)

    def moved(self, point: float) -> "_Fit":
        """Return the same fit about another point."""
        return _Fit(self._x, self._y, point, self._half, self.intervals)

    def error(self) -> float:
        """Return the standard error of the point [V]."""
        from scipy.interpolate import BSpline

        mirrored = np.zeros(self._knots.size - _ORDER - 1)
        mirrored[: self._coefficients.size] = self._coefficients
        curve = BSpline(self._knots, mirrored + mirrored[::-1], _ORDER)
        distance = self._x - self.point
        slope = np.sign(distance) * curve.derivative()(np.abs(distance))
        # What another even curve could make up for tells nothing of the point.
        told = slope - self._curves @ _coefficients(self._curves, slope)
        return math.sqrt(self.mean_square / max(float(told @ told), 1e-300))

    def is_worse_than_one_that_is_not_even(self) -> bool:
        """Tell whether a curve of the same knots that is free on both sides explains the responses better."""
        from scipy.interpolate import BSpline

        free = BSpline.design_matrix(self._x - self.point, self._knots, _ORDER).toarray()
        squares = float(np.sum((self._y - free @ _coefficients(free, self._y)) ** 2))
        better = _criterion(squares, self._y.size, int(free.any(axis=0).sum()))
        return better < _criterion(self.squares, self._y.size, self.parameters) - _EVIDENCE


def _coefficients(curves: Array, values: Array) -> Array:
    """Return the coefficients of least squares; the ridge decides where no data do."""
    normal = curves.T @ curves
    normal[np.diag_indices_from(normal)] += _RIDGE * np.trace(normal)
    return np.asarray(np.linalg.solve(normal, curves.T @ values), float)


def _sweep(voltages: npt.ArrayLike, responses: npt.ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(voltages, float), np.asarray(responses, float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            "Arguments `voltages` and `responses` must be lists of one length, "
            f"but have the shapes {x.shape} and {y.shape}."
        )
    for name, values in (("voltages", x), ("responses", y)):
        if not np.isfinite(values).all():
            raise ValueError(
                f"Argument `{name}` must be finite, but is {float(values[~np.isfinite(values)][0])}."
            )
    if np.unique(x).size < _FEWEST:
        raise ValueError(
            f"Argument `voltages` must hold at least {_FEWEST} different ones, but holds {np.unique(x).size}."
        )
    return x, y


def _candidates(x: Array) -> Iterator[int]:
    """Yield numbers of knot intervals, up to as many as there are different voltages in that range."""
    intervals = 3.0
    while intervals <= (1 + _SEARCHED) * np.unique(x).size / 2:
        yield round(intervals)
        intervals *= 1.5


def _criterion(squares: float, size: int, parameters: int) -> float:
    """Return Bayes' information criterion; as many parameters as readings are never worth it."""
    if size <= parameters + 1:
        return math.inf
    return size * (math.log(squares + 1e-300) + parameters * math.log(size) / (size - parameters - 1))


def _best(fit: _Fit, low: float, high: float) -> _Fit:
    """Return the best fit about any point of a range: on a grid as fine as the knots, then exactly."""
    from scipy.optimize import minimize_scalar

    points = np.linspace(low, high, max(15, 1 + 2 * fit.intervals))
    width = float(points[1] - points[0])
    rough = min((fit.moved(float(point)) for point in points), key=lambda each: each.mean_square)
    found = minimize_scalar(
        lambda point: fit.moved(point).mean_square,
        bounds=(max(low, rough.point - width), min(high, rough.point + width)),
        method="bounded",
        options={"xatol": 1e-4 * width},
    )
    return fit.moved(float(found.x))

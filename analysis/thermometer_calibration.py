"""SINIS thermometers from a sweep of the bath: gap and resistance, and the power that keeps an island warm."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError, DataError
from valvelab.places import Place
from valvelab.sim import sinis_cooling_power, sinis_voltage
from valvelab.units import format_quantity

from .calibration_fit import Array, Averages, CalibrationFit, Determined, Trace

if TYPE_CHECKING:
    import lmfit
    import xarray as xr

_FEWEST = 5
"""Bath temperatures for three parameters."""
_PARKED_VALVE = 3e-18
"""What a parked valve may carry into or out of an island [W]; it is not known yet, so that it adds to the error."""
_APART = 0.02
"""Relative distance of two bath temperatures between which a slope is taken."""
_GOOD = 10.0
"""Chi-square per degree of freedom, without the errors of the bath, of a fit that has not lost its way."""
_STEPS = 60
_EXACT = 1e-12
_UEV, _KILOOHM, _FEMTO = 1e-6 * ELEMENTARY_CHARGE, 1e3, 1e-15


def fit_thermometers(raw: "xr.Dataset", device: Device) -> CalibrationFit:
    r"""Fit both thermometers to a sweep of the bath.

    An island is not at the temperature of the bath: its thermometer cools it and something warms it. Its
    temperature solves

    .. math:: \Sigma V (T^5 - T_{bath}^5) + \dot Q_{NIS}(T) = P

    with an excess power P that is fitted beside gap and resistance.

    Parameters
    ----------
    raw
        Readings of a `valvelab.calibration.ThermometerCalibration`.
    device
        The bias currents and Sigma V of both islands; gap and resistance in it are one of the starts.

    Raises
    ------
    DataError
        If there are too few bath temperatures.
    ConfigurationError
        If the device file lacks an island.
    """
    averages = Averages.of(raw)
    bath = averages.values["mixing_chamber_temperature"]
    apart = 1 + int((np.diff(np.sort(bath)) > _APART * np.sort(bath)[1:]).sum())
    if apart < _FEWEST:
        raise DataError(
            f"raw dataset: must hold at least {_FEWEST} bath temperatures for gap, resistance and excess power, "
            f"found {apart} that differ; sweep more"
        )
    determined: list[Determined] = []
    settings: list[tuple[Place, str]] = []
    traces, missing, results = [], [], {}
    for role in ("source", "drain"):
        island: Island | None = getattr(device, role)
        if island is None:
            raise ConfigurationError(f"{device.places.at(role)}: must be known to calibrate; add it")
        fit = _Sweep(island, averages, f"thermometer_voltage_{role}")
        result = fit.minimise()
        results[role] = result
        for name, scale, dimension in _PARAMETERS:
            parameter = result.params[name]
            place = (role, "thermometer", name) if name != "excess_power" else ()
            determined.append(
                Determined(
                    f"{role} {name.replace('_', ' ')}",
                    parameter.value * scale,
                    (parameter.stderr or np.inf) * scale,
                    dimension,
                    place,
                )
            )
        if not _unclear(role, result):
            settings += fit.calibrated_range(role, result)
        traces.append(fit.trace(role, result))
        missing += _unclear(role, result)
    chi_square = sum(result.chisqr for result in results.values())
    freedom = sum(result.nfree for result in results.values())
    return CalibrationFit(
        "thermometers",
        tuple(determined),
        chi_square,
        freedom,
        tuple(traces),
        tuple(settings),
        tuple(missing),
        results,
    )


_PARAMETERS = (
    ("gap", _UEV, "energy"),
    ("resistance", _KILOOHM, "resistance"),
    ("excess_power", _FEMTO, "power"),
)


class _Sweep:
    """The voltage of one thermometer against the bath temperature."""

    def __init__(self, island: Island, averages: Averages, column: str) -> None:
        self.coupling = island.electron_phonon_coupling
        self.current = island.thermometer.bias_current
        self.known = island.thermometer.gap, island.thermometer.resistance
        self.broadening, self.offset = island.thermometer.broadening, island.thermometer.offset
        self.bath = averages.values["mixing_chamber_temperature"]
        self.voltage = averages.values[column]
        self.voltage_error = averages.errors[column]
        self.bath_error = averages.errors["mixing_chamber_temperature"]
        self.error = self.voltage_error

    def minimise(self) -> "lmfit.minimizer.MinimizerResult":
        import lmfit

        starts = [self._parameters(*start) for start in self._starts()]
        starts.sort(key=lambda start: float((self._residual(start) ** 2).sum()))
        tried = []
        for start in starts:
            tried.append(lmfit.minimize(self._residual, start, scale_covar=False))
            if tried[-1].redchi < _GOOD:
                break
        best = min(tried, key=lambda found: found.chisqr)
        # An error of the bath counts by the slope of the fit; then the fit is repeated.
        moved = 1e-4 * self.bath
        ends = [self._voltage(*self._values(best.params), self.bath + sign * moved) for sign in (-1, 1)]
        slope = (ends[1] - ends[0]) / (2 * moved)
        parked = _PARKED_VALVE / (5 * self.coupling * self.bath**4)
        self.error = np.sqrt(self.voltage_error**2 + slope**2 * (self.bath_error**2 + parked**2))
        return lmfit.minimize(self._residual, best.params, scale_covar=False)

    def _parameters(self, gap: float, resistance: float) -> "lmfit.Parameters":
        import lmfit

        # The bias must stay below what the pair carries under the gap.
        most = gap / (ELEMENTARY_CHARGE * self.current)
        parameters = lmfit.Parameters()
        parameters.add("gap", gap / _UEV, min=0.5 * gap / _UEV, max=2 * gap / _UEV)
        bounds = {"min": 1e-3 * resistance / _KILOOHM, "max": max(most, 2 * resistance) / _KILOOHM}
        parameters.add("resistance", resistance / _KILOOHM, **bounds)
        parameters.add("excess_power", 0.0)
        return parameters

    def calibrated_range(self, role: str, result: Any) -> list[tuple[Place, str]]:
        """Return what the device file should say of the temperatures that were reached, and of the errors."""
        reached = self._temperature(*self._values(result.params), self.bath)
        gap, resistance = result.params["gap"], result.params["resistance"]
        texts = {
            "lowest": format_quantity(float(reached.min()), "temperature", 4),
            "highest": format_quantity(float(reached.max()), "temperature", 4),
            "gap_error": format_quantity(gap.stderr * _UEV, "energy", 3),
            "resistance_error": format_quantity(resistance.stderr * _KILOOHM, "resistance", 3),
            "correlation": f"{gap.correl['resistance']:.6f}",
        }
        return [((role, "thermometer", "calibration", key), text) for key, text in texts.items()]

    def trace(self, role: str, result: Any) -> Trace:
        return Trace(
            role,
            ("bath temperature (mK)", self.bath * 1e3),
            ("thermometer voltage (µV)", self.voltage * 1e6),
            self.error * 1e6,
            self._voltage(*self._values(result.params)) * 1e6,
        )

    def _starts(self) -> Iterator[tuple[float, float]]:
        """Yield gap and resistance from the thermal limit, V = (2 / e) (gap - k T ln(I_0 / I)), and what was known.

        The limit holds where the island follows the bath and the junctions are not yet ohmic: a straight part of
        the curve that differs from island to island.
        """
        yield self.known
        order = np.argsort(self.bath)
        bath, voltage = self.bath[order], self.voltage[order]
        for part in (slice(bath.size // 4, 3 * bath.size // 4 + 1), slice(bath.size // 2, None)):
            slope, intercept = np.polyfit(bath[part], voltage[part], 1)
            gap = ELEMENTARY_CHARGE * (float(intercept) - self.offset) / 2
            logarithm = max(-ELEMENTARY_CHARGE * float(slope) / (2 * BOLTZMANN), 0.5)
            thermal = BOLTZMANN * float(bath[part].mean())
            carried = np.sqrt(np.pi * abs(gap) * thermal / 2) / ELEMENTARY_CHARGE / self.current
            if gap > 0:
                yield gap, float(carried / np.exp(logarithm))

    def _residual(self, parameters: Any) -> Array:
        return np.asarray((self.voltage - self._voltage(*self._values(parameters))) / self.error)

    @staticmethod
    def _values(parameters: Any) -> tuple[float, float, float]:
        gap, resistance, excess = (parameters[name].value * scale for name, scale, _ in _PARAMETERS)
        return gap, resistance, excess

    def _voltage(self, gap: float, resistance: float, excess: float, bath: Array | None = None) -> Array:
        temperature = self._temperature(gap, resistance, excess, self.bath if bath is None else bath)
        return self.offset + sinis_voltage(self.current, temperature, gap, resistance, self.broadening)

    def _temperature(self, gap: float, resistance: float, excess: float, bath: Array) -> Array:
        """Return the electron temperature by Newton's method in T**5; the cooling power changes it but little."""
        fifth = np.maximum(bath**5 + excess / self.coupling, (0.2 * bath) ** 5)
        for _ in range(_STEPS):
            temperature = fifth**0.2
            nudged = temperature * (1 + 1e-6)
            cooling, moved = (
                sinis_cooling_power(self.current, electrons, gap, resistance, self.broadening)
                for electrons in (temperature, nudged)
            )
            slope = 1 + (moved - cooling) / self.coupling / (nudged**5 - fifth)
            wrong = fifth - bath**5 + (cooling - excess) / self.coupling
            renewed = np.clip(fifth - wrong / slope, fifth / 32, 32 * fifth)
            if (np.abs(renewed - fifth) <= _EXACT * fifth).all():
                break
            fifth = renewed
        return np.asarray(renewed**0.2)


def _unclear(role: str, result: Any) -> list[str]:
    if result.covar is None or any(not parameter.stderr for parameter in result.params.values()):
        return [
            f"{role} thermometer: the sweep does not separate gap, resistance and excess power; "
            "take more bath temperatures, and warmer ones"
        ]
    return []

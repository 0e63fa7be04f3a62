"""What is known of a device: the schema of ``device.yaml`` and the laws that need only its numbers."""

import itertools
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator, model_validator

from valvelab import transmon
from valvelab.configuration import Section
from valvelab.heater import Heater
from valvelab.mistakes import PlacedError, listed
from valvelab.quantities import (
    ChargingEnergy,
    ElectronPhononCoupling,
    Flux,
    FluxError,
    FluxPerCurrent,
    Frequency,
    PositiveTemperature,
)
from valvelab.spline_calibration import SplineCalibration
from valvelab.thermometer import Thermometer
from valvelab.units import format_quantity

Array = npt.NDArray[np.float64]
Row = Annotated[
    tuple[FluxPerCurrent, FluxPerCurrent],
    listed("fluxes per current, one per coil", "[4.35 Phi0/mA, -0.21 Phi0/mA]", 2),
]
Matrix = Annotated[
    tuple[Row, Row],
    listed("rows, one per qubit", "[[4.35 Phi0/mA, 0 Phi0/mA], [0 Phi0/mA, 11.59 Phi0/mA]]", 2),
]
Asymmetry = Annotated[float, Field(ge=0, lt=1)]


class ResonatorFilter(Section):
    """The LC filter of a reservoir."""

    frequency: Frequency
    quality_factor: Annotated[float, Field(gt=0, le=1e9)]
    exponent: Annotated[float, Field(ge=0, le=10)] = 0.0


class Qubit(Section):
    """An asymmetric, flux-tunable transmon."""

    charging_energy: ChargingEnergy
    maximum_frequency: Frequency | None = None
    asymmetry: Asymmetry

    def frequency(self, flux: npt.ArrayLike) -> Array:
        """Return the transition frequency [Hz] at a flux [flux quanta], in the shape of the flux."""
        return transmon.frequency(flux, self.charging_energy, self._maximum(), self.asymmetry)

    def frequency_slope(self, flux: npt.ArrayLike) -> Array:
        """Return the derivative of the transition frequency by the flux [Hz per flux quantum], in its shape."""
        return transmon.frequency_slope(flux, self.charging_energy, self._maximum(), self.asymmetry)

    def flux(self, frequency: npt.ArrayLike) -> Array:
        """Return the flux between 0 and 1/2 [flux quanta] that gives a frequency [Hz]."""
        return transmon.flux(frequency, self.charging_energy, self._maximum(), self.asymmetry)

    def _maximum(self) -> float:
        if self.maximum_frequency is None:
            raise ValueError("maximum_frequency of this qubit must be known; add it to the device file")
        return self.maximum_frequency


class FluxBias(Section):
    """How coil currents make fluxes: ``flux = matrix @ current + offset``.

    `offset_error` is how far each flux may be off where a qubit is on resonance, by calibration and drift.
    """

    matrix: Matrix
    offset: Annotated[tuple[Flux, Flux], listed("fluxes, one per qubit", "[0.02 Phi0, -0.11 Phi0]", 2)]
    offset_error: Annotated[
        tuple[FluxError, FluxError], listed("errors of fluxes, one per qubit", "[0.1 mPhi0, 0.1 mPhi0]", 2)
    ] = (0.0, 0.0)

    @field_validator("matrix")
    @classmethod
    def _can_be_inverted(cls, matrix: Matrix) -> Matrix:
        (a, b), (c, d) = matrix
        if abs(a * d - b * c) <= 1e-9 * max(abs(a * d), abs(b * c), 1e-300):
            raise ValueError(
                "must let both fluxes be set, found two rows that are proportional; measure them again"
            )
        return matrix

    def fluxes(self, coil_currents: npt.ArrayLike) -> Array:
        """Return the two fluxes [flux quanta] for coil currents [A], both along the last axis."""
        return np.asarray(np.asarray(coil_currents) @ np.asarray(self.matrix).T + np.asarray(self.offset))

    def coil_currents(self, fluxes: npt.ArrayLike) -> Array:
        """Return the two coil currents [A] for fluxes [flux quanta], both along the last axis."""
        shifted = np.asarray(fluxes, float) - np.asarray(self.offset)
        return np.asarray(shifted @ np.linalg.inv(np.asarray(self.matrix)).T)

    def nearest_fluxes(self, fluxes: npt.ArrayLike, present: npt.ArrayLike) -> Array:
        """Return the fluxes that mean the same frequencies and lie nearest to where the qubits are.

        A transmon's frequency has the period of one flux quantum and no sign. Of two that are equally near, to a
        thousandth of a flux quantum, the one nearer to the offset is taken, which needs less current.

        Parameters
        ----------
        fluxes, present
            Fluxes asked for and present fluxes [flux quanta], shapes that broadcast, the qubits along the last axis.

        Returns
        -------
        Fluxes [flux quanta], in the broadcast shape.
        """
        asked, here = np.broadcast_arrays(np.asarray(fluxes, float), np.asarray(present, float))
        up, down = (sign * asked + np.round(here - sign * asked) for sign in (1, -1))
        lead = np.abs(down - here) - np.abs(up - here)
        cheaper = np.abs(up - np.asarray(self.offset)) <= np.abs(down - np.asarray(self.offset))
        return np.asarray(np.where((lead > 1e-3) | ((np.abs(lead) <= 1e-3) & cheaper), up, down))

    def smallest_coil_currents(self, fluxes: npt.ArrayLike) -> tuple[float, float]:
        """Return the coil currents [A] for two fluxes [flux quanta] or equivalents, the larger one being smallest."""
        branches = []
        for signs in itertools.product((1, -1), repeat=2):
            signed = np.array(signs) * np.asarray(fluxes, float)
            nearest = signed + np.round(np.asarray(self.offset) - signed)
            branches += [nearest + np.array(shift) for shift in itertools.product((-1, 0, 1), repeat=2)]
        candidates = self.coil_currents(np.array(branches))
        first, second = candidates[np.argmin(np.max(np.abs(candidates), axis=1))]
        return float(first), float(second)


class Island(Section):
    """A normal-metal reservoir with its thermometer."""

    electron_phonon_coupling: ElectronPhononCoupling
    thermometer: Thermometer
    heater: Heater | None = None

    def electron_phonon_power(self, temperature: npt.ArrayLike, phonon_temperature: npt.ArrayLike) -> Array:
        r"""Return the power that the electrons give to the phonons [W].

        .. math:: P = \Sigma V (T^5 - T_{ph}^5)

        Parameters
        ----------
        temperature, phonon_temperature
            Temperatures of electrons and phonons [K], shapes that broadcast.

        Notes
        -----
        Wellstood, Urbina and Clarke, PRB 49, 5942 (1994); the exponent holds for clean copper.
        """
        return np.asarray(
            self.electron_phonon_coupling
            * (np.asarray(temperature, float) ** 5 - np.asarray(phonon_temperature, float) ** 5)
        )

    @property
    def law(self) -> Thermometer | SplineCalibration:
        """What turns voltages into temperatures: the points of the thermometer where it has some, or its junctions."""
        known = self.thermometer
        return known if known.points is None else SplineCalibration(known)

    @property
    def trusted_range(self) -> tuple[float, float] | None:
        """Lowest and highest temperature that the calibration is trusted at [K]; None where there is none."""
        known = self.thermometer
        if known.points is not None:
            return known.points[0][0], known.points[-1][0]
        return None if known.calibration is None else known.calibration.trusted_range

    @property
    def voltages(self) -> tuple[float, float]:
        """Lowest and highest voltage that mean a temperature [V], within the calibration if the thermometer has one.

        A voltage outside is no temperature of this island.
        """
        if self.trusted_range is None:
            return self.thermometer.voltages
        cold, warm = self.law.voltage(self.trusted_range)
        return float(warm), float(cold)

    def received_power(self, temperature: npt.ArrayLike, phonon_temperature: npt.ArrayLike) -> Array:
        r"""Return the power that reaches the electrons besides what their thermometer takes out [W].

        .. math:: P = \Sigma V (T^5 - T_{ph}^5) + \dot Q_{NIS}(T)

        Arguments are those of `electron_phonon_power`.
        """
        phonons = self.electron_phonon_power(temperature, phonon_temperature)
        return np.asarray(phonons + self.thermometer.cooling_power(temperature))

    def electron_temperature(self, power: npt.ArrayLike, phonon_temperature: npt.ArrayLike) -> Array:
        """Return the electron temperature [K] at which a power [W] flows to phonons of a temperature [K]."""
        fifth = np.asarray(phonon_temperature, float) ** 5 + np.asarray(power) / self.electron_phonon_coupling
        return np.asarray(np.clip(fifth, 0, None) ** 0.2)


class OperatingPoint(Section):
    """The reservoir temperatures at which a device is judged."""

    source_temperature: PositiveTemperature
    drain_temperature: PositiveTemperature

    @model_validator(mode="after")
    def _source_is_the_warmer(self) -> "OperatingPoint":
        if self.source_temperature <= self.drain_temperature:
            source, drain = (
                format_quantity(value, "temperature", 6)
                for value in (self.source_temperature, self.drain_temperature)
            )
            raise PlacedError(
                ("source_temperature",),
                f"must be above drain_temperature, {drain}, found {source}; the source is the warm reservoir",
            )
        return self


class Device(Section):
    """A heat valve as far as it is known; analysis and planning need the parts they name."""

    schema_: Literal["valvelab-device/1"] = Field(alias="schema")
    name: str
    resonator: ResonatorFilter
    qubits: Annotated[tuple[Qubit, Qubit], listed("qubits", "[{asymmetry: 0.05, ...}, {...}]", 2)]
    operating_point: OperatingPoint
    flux: FluxBias | None = None
    source: Island | None = None
    drain: Island | None = None

    @property
    def swapped(self) -> "Device":
        """The same chip with source and drain exchanged, for a run in which the drain is heated."""
        return self.model_copy(update={"source": self.drain, "drain": self.source}).placed(self.places)

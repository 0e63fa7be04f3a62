"""The heat valve: both qubits, the reservoirs and what they stand in, as one instrument."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter
from qcodes.validators import Enum, Strings

from valvelab.device import Island
from valvelab.errors import RunError

from .drain_heat import DrainHeat
from .sinis_heater import SinisHeater
from .sinis_thermometer import SinisThermometer
from .valve_configurations import ValveConfigurations

logger = logging.getLogger(__name__)


class FrequencySetter(Protocol):
    """What moves the qubits: coil currents, with their crosstalk, behind two frequencies [Hz]."""

    @property
    def frequency_1(self) -> Parameter:
        """The frequency at which the coils put qubit 1 [Hz]."""

    @property
    def frequency_2(self) -> Parameter:
        """The frequency at which the coils put qubit 2 [Hz]."""

    def set_frequencies(self, frequencies: tuple[float, float]) -> None:
        """Move both qubits."""


class Source(Protocol):
    """A source that can be brought to zero."""

    @property
    def name(self) -> str:
        """Name of the source."""

    @property
    def level(self) -> Parameter:
        """The level [A or V]."""

    def ramp_home(self) -> None:
        """Bring the source to zero from wherever it stands."""


class BathThermometer(Protocol):
    """What tells the bath temperature, a `MixingChamber` for example."""

    @property
    def temperature(self) -> Parameter:
        """The temperature of the mixing chamber [K]."""


class HeatValve(Instrument):
    r"""Switch the valve, and measure the heat that it lets into the drain.

    `heat_power` is what the qubits bring to the electrons of the drain in steady state: all that the drain loses, less
    what it gains elsewhere,

    .. math:: P = \Sigma V (T_D^5 - T_b^5) + P_{th}(T_D) - P_{bg},

    with the electron temperature :math:`T_D` that the thermometer measures, the phonons at the temperature
    :math:`T_b` of the mixing chamber, the heat :math:`P_{th}` that the thermometer itself takes out, and the
    background :math:`P_{bg}` that reaches the drain with the valve closed. It is positive into the drain, which is
    minus the heat current out of the cold bath. Phonons warmer than the mixing chamber, and heat that the heater
    sends through the substrate, are not told from heat of the valve unless they are in the background.

    `heat_power`, the temperatures and their parts measure each time they are asked; `heat_power_std` belongs to the
    latest `heat_power`. Setting `configuration` returns as soon as the coils have arrived: a sweep adds the delay
    that the station needs.

    Parameters
    ----------
    name
        Name of this instrument.
    flux_bias
        Moves the qubits.
    configurations
        Frequencies of both qubits [Hz] by name, as of `ValveConfigurations`; where they are at none `configuration`
        reads "unknown".
    frequency_tolerance
        Largest distance of each qubit from its frequency [Hz] at which a configuration counts as set.
    source_thermometer, drain_thermometer
        Thermometers of both islands, with their calibrations.
    mixing_chamber
        Gives the bath temperature.
    drain
        The island, for its electron-phonon coupling.
    background, background_std
        Heat into the drain that does not come through the valve, and its standard error [W].
    heater
        Heater of the source, if there is one; `safe_state` takes its source to 0 V, which is not where it heats least.
    zeroed
        Sources that `safe_state` brings to zero after the heater; flux sources that are to hold are left out.

    Raises
    ------
    ValueError
        If the configurations cannot be told apart, or an argument is out of range.
    """

    def __init__(
        self,
        name: str,
        *,
        flux_bias: FrequencySetter,
        configurations: Mapping[str, tuple[float, float]],
        frequency_tolerance: float,
        source_thermometer: SinisThermometer,
        drain_thermometer: SinisThermometer,
        mixing_chamber: BathThermometer,
        drain: Island,
        background: float = 0.0,
        background_std: float = 0.0,
        heater: SinisHeater | None = None,
        zeroed: Sequence[Source] = (),
        **kwargs: Any,
    ) -> None:
        self._heat = DrainHeat(drain, background, background_std)
        self._configurations = ValveConfigurations(configurations, frequency_tolerance)
        super().__init__(name, **kwargs)
        self._flux_bias = flux_bias
        self._drain_thermometer = drain_thermometer
        self._mixing_chamber = mixing_chamber
        self._heater, self._zeroed = heater, tuple(zeroed)
        self._latest: tuple[float, float] | None = None
        self.configuration: Parameter = self.add_parameter(
            "configuration",
            label="configuration",
            get_cmd=self._read_configuration,
            set_cmd=lambda wanted: flux_bias.set_frequencies(self._configurations.frequencies[wanted]),
            # The first validator tells a QCoDeS dataset that this is text.
            vals=Strings(),
            docstring=f"Control which qubits are resonant: {', '.join(configurations)}; read back from the coils.",
        )
        self.configuration.add_validator(Enum(*configurations))
        self.heat_power: Parameter = self.add_parameter(
            "heat_power",
            label="heat into the drain",
            unit="W",
            get_cmd=lambda: self._measure()[0],
            snapshot_get=False,
            docstring="Measure the heat that the valve brings to the drain [W].",
        )
        self.heat_power_std: Parameter = self.add_parameter(
            "heat_power_std",
            label="standard error of the heat into the drain",
            unit="W",
            get_cmd=lambda: (self._latest or self._measure())[1],
            snapshot_get=False,
            docstring="Get the standard error of the latest heat power [W]: of thermometer and background.",
        )
        self.source_temperature = self._temperature("source", source_thermometer.temperature)
        self.drain_temperature = self._temperature("drain", drain_thermometer.temperature)
        self.bath_temperature = self._temperature("bath", mixing_chamber.temperature)
        self.metadata.update(
            configurations={key: list(pair) for key, pair in configurations.items()},
            electron_phonon_coupling=drain.electron_phonon_coupling,
            background=background,
            background_std=background_std,
        )

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this virtual instrument; the boxes have their own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def safe_state(self) -> list[str]:
        """Take the heater to zero, then the sources that are not to hold; one that fails stops none of the others.

        Returns
        -------
        What could not be made safe, one line each; empty if all is. Every line is in the log, too.
        """
        actions: list[tuple[str, Callable[[], object]]] = []
        if self._heater is not None:
            actions.append((self._heater.name, self._heater.safe))
        actions += [(source.name, source.ramp_home) for source in self._zeroed]
        failures = []
        for what, action in actions:
            try:
                action()
                logger.info("%s is at zero", what)
            except Exception as error:  # no failure may keep the next source from being made safe
                logger.exception("%s could not be made safe", what)
                failures.append(f"{what}: {error.args[0] if error.args else type(error).__name__}")
        return failures

    def _read_configuration(self) -> str:
        found = float(self._flux_bias.frequency_1()), float(self._flux_bias.frequency_2())
        return self._configurations.name_of(found)

    def _temperature(self, what: str, measured: Parameter) -> Parameter:
        made: Parameter = self.add_parameter(
            f"{what}_temperature",
            label=f"temperature of the {what}",
            unit="K",
            get_cmd=measured.get,
            snapshot_get=False,
            docstring=f"Measure the temperature of the {what} [K].",
        )
        return made

    def _measure(self) -> tuple[float, float]:
        self._latest = None
        reading = self._drain_thermometer.measure()
        bath = float(self._mixing_chamber.temperature())
        if not (math.isfinite(bath) and bath > 0):
            raise RunError(
                f"{self.name}: must know a bath temperature above 0 K, found {bath:g}; check its sensor"
            )
        calibration = self._drain_thermometer.demand_calibration()
        self._latest = self._heat.power(reading, bath), self._heat.power_std(reading, calibration)
        return self._latest

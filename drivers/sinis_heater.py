"""A SINIS heater: a junction pair that a guarded voltage source heats through a divider, up to a power limit."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from qcodes.instrument import Instrument
from qcodes.parameters import ManualParameter, Parameter
from qcodes.validators import Numbers

from valvelab.clock import Clock
from valvelab.errors import LimitError, RunError

from .symmetry import SymmetryPoint, symmetry_point


class VoltageSource(Protocol):
    """What feeds the divider, a `GuardedSource` for example."""

    @property
    def level(self) -> Parameter:
        """The voltage of the source [V]."""

    def ramp_home(self) -> None:
        """Bring the source to zero from wherever it stands."""


class HeaterLaw(Protocol):
    """What a heater dissipates, as the device file knows it."""

    def power(self, source_voltage: float, temperature: float) -> Any:
        """Return the power [W] at a source voltage, counted from the symmetric point [V], and a temperature [K]."""


class SinisHeater(Instrument):
    """Control the voltage across a SINIS heater, counted from its symmetric point.

    A heater does not sit at 0 V when its source does: thermal voltages and the offset of the source stand across it.
    ``voltage = (source_voltage - offset) / divider``, so that +V and -V heat alike and 0 does not heat. Hence two
    ways of off: `off` goes to the symmetric point, where nothing is heated, and `safe` takes the source to 0 V, as it
    stands when it is switched off, and leaves the offset across the pair.

    Parameters
    ----------
    name
        Name of this instrument.
    source
        The guarded source before the divider.
    divider
        Voltage of the source over that at the junctions.
    law
        Power for a voltage.
    power_limit
        Largest power that may be set [W].
    temperature
        Temperature of the island at which the law is judged against the limit [K].
    clock
        The station's clock.
    offset
        Source voltage of the symmetric point [V]; see `find_offset`.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        name: str,
        source: VoltageSource,
        *,
        divider: float,
        law: HeaterLaw,
        power_limit: float,
        temperature: float,
        clock: Clock,
        offset: float = 0.0,
        **kwargs: Any,
    ) -> None:
        for argument, value, unit in (
            ("divider", divider, ""),
            ("power_limit", power_limit, " W"),
            ("temperature", temperature, " K"),
        ):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"Argument `{argument}` must be finite and above 0{unit}, but is {value!r}.")
        if not math.isfinite(offset):
            raise ValueError(f"Argument `offset` must be finite, but is {offset!r}.")
        super().__init__(name, **kwargs)
        self._source = source
        self._divider = divider
        self._law = law
        self._power_limit = power_limit
        self._temperature = temperature
        self._clock = clock
        label = name.replace("_", " ")
        self.offset: Parameter = self.add_parameter(
            "offset",
            ManualParameter,
            label=f"offset of {label}",
            unit="V",
            initial_value=float(offset),
            vals=Numbers(),
            docstring="Control the source voltage at which the heater is symmetric [V]; nothing is moved.",
        )
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            label=f"voltage of {label}",
            unit="V",
            get_cmd=lambda: (self._source.level() - self.offset()) / self._divider,
            set_cmd=lambda voltage: self._go(self._source_voltage(voltage)),
            docstring="Control the voltage at the junctions, counted from the symmetric point [V].",
        )
        self.source_voltage: Parameter = self.add_parameter(
            "source_voltage",
            label=f"source voltage of {label}",
            unit="V",
            get_cmd=lambda: self._source.level(),
            set_cmd=self._go,
            docstring="Control the voltage of the source before the divider [V].",
        )
        self.metadata.update(divider=divider, power_limit=power_limit, temperature=temperature)

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the source has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def plus_zero_minus(self, voltage: float) -> tuple[float, float, float]:
        """Return +V, 0 and -V for a sweep of `voltage`: what differs between the signs is an error of the offset.

        Parameters
        ----------
        voltage
            Voltage at the junctions, counted from the symmetric point [V].

        Raises
        ------
        LimitError
            If it would heat by more than the power limit.
        """
        self._refuse(self._source_voltage(voltage))
        return voltage, 0.0, -voltage

    def off(self) -> None:
        """Heat no more: go to the symmetric point."""
        self._source.level(self.offset())

    def safe(self) -> None:
        """Take the source to 0 V from wherever it is, whatever that heats: a source that is off stands there."""
        self._source.ramp_home()

    def find_offset(
        self, read: Callable[[], float], source_voltages: Sequence[float], settle: float
    ) -> SymmetryPoint:
        """Find the source voltage at which the heater is symmetric, from what its sign does not change.

        The sweep runs there and back, so that a steady drift does not look like an offset. The heater returns to
        where it was; `offset` is not changed.

        Parameters
        ----------
        read
            Measures the response, for example the voltage of the thermometer of the heated island.
        source_voltages
            Voltages of the source [V], around where the symmetric point is thought to be.
        settle
            Wait before every reading [s].

        Returns
        -------
        The source voltage [V] with its standard error.

        Raises
        ------
        LimitError
            If one of them would heat by more than the power limit, judged with the present offset; nothing has moved.
        RunError
            If the response tells no symmetric point.
        """
        for voltage in source_voltages:
            self._refuse(voltage)
        sweep = [*source_voltages, *reversed(source_voltages)]
        before, responses = self._source.level(), []
        try:
            for voltage in sweep:
                self._source.level(voltage)
                self._clock.sleep(settle)
                responses.append(read())
        finally:
            self._source.level(before)
        try:
            return symmetry_point(sweep, responses)
        except RunError as error:
            raise RunError(f"{self.name}: {error}") from error

    def _source_voltage(self, voltage: float) -> float:
        if isinstance(voltage, bool):
            raise LimitError(f"{self.name}: voltage must be a number, found {voltage!r}")
        return float(self.offset() + self._divider * voltage)

    def _go(self, source_voltage: float) -> None:
        self._refuse(source_voltage)
        self._source.level(source_voltage)

    def _refuse(self, source_voltage: float) -> None:
        if isinstance(source_voltage, bool) or not math.isfinite(source_voltage):
            raise LimitError(f"{self.name}: voltage must be a finite number, found {source_voltage!r}")
        power = float(np.asarray(self._law.power(source_voltage - self.offset(), self._temperature)))
        # Written so that a law that answers NaN lets nothing pass.
        if not power <= self._power_limit:
            raise LimitError(
                f"{self.name}: power must be at most {self._power_limit:.4g} W, found {power:.4g} W for "
                f"{source_voltage:.6g} V at the source; set a smaller voltage, or raise the limit in the station file"
            )

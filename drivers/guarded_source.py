"""A source that cannot be given a value outside its window, nor be moved faster than it may."""

import math
from typing import TYPE_CHECKING, Any, Literal

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter, ParameterBase

from valvelab.clock import Clock
from valvelab.errors import LimitError, RunError

if TYPE_CHECKING:
    from qcodes.instrument_drivers.yokogawa import YokogawaGS200


class GuardedSource(Instrument):
    """Wrap a current or voltage parameter of any QCoDeS driver.

    Every way to the instrument goes through one gate: finite numbers inside the window only, in steps no
    larger than allowed and no faster than allowed, starting from what the box answers, never from what was
    last sent. A source found outside its window (somebody turned the knob) can be moved towards it, not away.

    Parameters
    ----------
    name
        Name of this instrument.
    source
        The parameter to guard; SI units.
    unit
        ``"A"`` or ``"V"``.
    window
        Lowest and highest level [unit].
    maximum_step
        Largest single step [unit].
    ramp_rate
        Largest rate [unit/s].
    resolution
        Largest difference between what is sent and what is read back [unit].
    clock
        The station's clock.
    """

    def __init__(
        self,
        name: str,
        source: ParameterBase,
        *,
        unit: str,
        window: tuple[float, float],
        maximum_step: float,
        ramp_rate: float,
        resolution: float,
        clock: Clock,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._source = source
        self._unit = unit
        self._window = window
        self._maximum_step = maximum_step
        self._ramp_rate = ramp_rate
        self._resolution = resolution
        self._clock = clock
        self.level: Parameter = self.add_parameter(
            "level",
            label=name.replace("_", " "),
            unit=unit,
            get_cmd=self._read,
            set_cmd=self._ramp,
            docstring=f"Control the level by a guarded ramp [{unit}], {window[0]:g} to {window[1]:g}.",
        )
        self.metadata["window"] = list(window)

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the box behind it has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def _read(self) -> float:
        value = float(self._source.get())
        if not math.isfinite(value):
            raise RunError(f"{self.name}: must answer a finite level, found {value}; check the instrument")
        return value

    def _ramp(self, target: float) -> None:
        self._refuse(target)
        start = self._read()
        steps = max(1, math.ceil(abs(target - start) / self._maximum_step - 1e-9))
        for step in range(1, steps + 1):
            level = target if step == steps else start + (target - start) * step / steps
            self._source.set(level)
            if steps > 1:
                self._clock.sleep(abs(target - start) / steps / self._ramp_rate)
        found = self._read()
        if abs(found - target) > self._resolution:
            raise RunError(
                f"{self.name}: must have arrived at {target:.9g} {self._unit}, the box answers {found:.9g}; "
                "check its range, its output and who else controls it"
            )

    def _refuse(self, target: float) -> None:
        if isinstance(target, bool) or not math.isfinite(target):
            raise LimitError(f"{self.name}: level must be a finite number, found {target!r}")
        low, high = self._window
        if not low <= target <= high:
            raise LimitError(
                f"{self.name}: level must lie between {low:g} and {high:g} {self._unit} (the station file's "
                f"limits), found {target:.9g}"
            )


def prepare_gs200(instrument: "YokogawaGS200", unit: str, output_range: float) -> ParameterBase:
    """Bring a Yokogawa GS200 into a mode and range without a step at its terminals.

    A GS200 whose output is off is set up and switched on at zero. One whose output is on is left as it is,
    and must already be in the right mode and range: changing either would make its output jump.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
    unit
        ``"A"`` for a current source, ``"V"`` for a voltage source.
    output_range
        Range of the source [unit].

    Returns
    -------
    The parameter that controls the level.

    Raises
    ------
    RunError
        If the output is on in another mode or range.
    """
    mode: Literal["CURR", "VOLT"] = "CURR" if unit == "A" else "VOLT"
    function = "current" if unit == "A" else "voltage"
    range_parameter = instrument.parameters[f"{function}_range"]
    if instrument.output() == "off":
        instrument.source_mode(mode)
        range_parameter(output_range)
        instrument.parameters[function](0.0)
        instrument.output("on")
    elif instrument.source_mode() != mode or not math.isclose(range_parameter(), output_range, rel_tol=1e-6):
        raise RunError(
            f"{instrument.name}: must be in {mode} mode with the range {output_range:g} {unit} while its "
            f"output is on, found {instrument.source_mode()}; ramp it to zero and switch it off first"
        )
    return instrument.parameters[function]

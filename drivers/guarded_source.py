"""A source that cannot be given a value outside its window, nor be moved faster than it may."""

from collections.abc import Callable
from typing import Any

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter, ParameterBase

from valvelab.clock import Clock

from .seal import seal
from .source_gate import HardwareRamp, SourceGate
from .source_limits import Approach
from .walk import come_home, walk


class GuardedSource(Instrument):
    """Wrap a current or voltage parameter of any QCoDeS driver.

    Every way to the instrument goes through one gate: finite numbers inside the window only, in steps no
    larger than allowed and no faster than allowed, starting from what the box answers, never from what was
    last sent. A source found outside its window (somebody turned the knob) can be moved towards it, not away.

    As long as the guard is open the box behind the parameter is sealed: its raw driver still answers queries, but
    whatever it writes is refused. So set a box up first, and guard every channel of it that shall move. A box of
    another kind than VISA has its parameter sealed.

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
        Largest rate [unit/s]; it holds from one move to the next as well.
    resolution
        Smallest step of the source [unit]: levels on the way are multiples of it, and the box may answer a level
        that differs by so much from the one it was given.
    clock
        The station's clock.
    approach
        ``"from_below"`` or ``"from_above"`` to arrive at every level from the same side, so that hysteresis of a
        magnet or a superconducting film does not depend on the past; the way back is by `overshoot` beyond the level.
    overshoot
        How far beyond [unit]. Levels nearer to the edge of the window than this are refused.
    hold
        What to do when a move is interrupted, for boxes that move on by themselves, such as one with a slew rate.
    hardware_ramp
        Ramps of the box itself, for moves of more than one step, see `GS200Ramp`.

    Raises
    ------
    ValueError
        If the limits do not fit together.
    RunError
        If the source has a guard already.
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
        approach: Approach = "any",
        overshoot: float = 0.0,
        hold: Callable[[], None] | None = None,
        hardware_ramp: HardwareRamp | None = None,
        **kwargs: Any,
    ) -> None:
        self.gate = SourceGate(
            name=name,
            source=source,
            unit=unit,
            window=window,
            maximum_step=maximum_step,
            ramp_rate=ramp_rate,
            resolution=resolution,
            clock=clock,
            approach=approach,
            overshoot=overshoot,
            hold=hold,
            hardware_ramp=hardware_ramp,
        )
        super().__init__(name, **kwargs)
        self.level: Parameter = self.add_parameter(
            "level",
            label=name.replace("_", " "),
            unit=unit,
            get_cmd=self.gate.read,
            set_cmd=self._ramp,
            docstring=f"Control the level by a guarded ramp [{unit}], {window[0]:g} to {window[1]:g}.",
        )
        self.metadata["window"] = list(window)
        self.gate.seal = seal(source, name)

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the box behind it has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def ramp_home(self) -> None:
        """Bring the source to zero, or to the edge of its window nearest to zero, from wherever it is found.

        Steps and rate are the allowed ones, the approach is not observed, and the level never moves away.

        Raises
        ------
        RunError
            If the box does not answer, or does not arrive.
        """
        come_home(self.gate)
        self.level.cache.invalidate()

    def close(self) -> None:
        """Unseal the box and leave it at its level."""
        gate: SourceGate | None = vars(self).get("gate")  # gone if this is the second time
        if gate is not None and hasattr(gate, "seal"):
            gate.seal.release(gate.name)
        super().close()

    def _ramp(self, target: float) -> None:
        walk([(self.gate, target)])

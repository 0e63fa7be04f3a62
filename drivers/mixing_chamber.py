"""The mixing chamber behind its controller: read its temperature and ask for another."""

import math
from typing import Any

from qcodes.instrument import Instrument
from qcodes.parameters import Parameter

from valvelab.clock import Clock, WallClock
from valvelab.errors import LimitError, RunError
from valvelab.stability import wait_until_calm

from .temperature_loop import TemperatureLoop


class MixingChamber(Instrument):
    """Control the bath temperature in closed loop.

    Parameters
    ----------
    name
        Name of this instrument.
    loop
        Its thermometer and heater.
    window
        Lowest and highest set point [K].
    clock
        The station's clock; the laboratory's time if there is none.
    """

    def __init__(
        self,
        name: str,
        loop: TemperatureLoop,
        *,
        window: tuple[float, float],
        clock: Clock | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self._loop = loop
        self._window = window
        self._clock: Clock = WallClock() if clock is None else clock
        self.temperature: Parameter = self.add_parameter(
            "temperature",
            label="mixing chamber",
            unit="K",
            get_cmd=self._read,
            snapshot_get=False,
            docstring="Measure the temperature of the mixing chamber [K].",
        )
        self.set_point: Parameter = self.add_parameter(
            "set_point",
            label="bath temperature asked for",
            unit="K",
            get_cmd=loop.set_point,
            set_cmd=self._regulate,
            docstring=f"Control the bath temperature [K], {window[0]:g} to {window[1]:g}.",
        )

    def get_idn(self) -> dict[str, str | None]:
        """Return the identity of this wrapper; the controller has its own."""
        return {"vendor": "valvelab", "model": type(self).__name__, "serial": None, "firmware": None}

    def wait_until_stable(
        self, tolerance: float, duration: float, timeout: float, *, interval: float = 1.0
    ) -> float:
        """Wait until every reading of a stretch of time lies close to the set point.

        A bath that is not regulated has no set point; its readings must then lie close to their own mean.

        Parameters
        ----------
        tolerance
            Largest distance of a reading [K].
        duration
            How long it must hold [s].
        timeout
            When to give up [s].
        interval
            Time between readings [s].

        Returns
        -------
        The mean temperature of that stretch [K].

        Raises
        ------
        ValueError
            If an argument is not above 0, or the timeout is shorter than the duration.
        UnstableError
            If the time is over first; it says how far the temperature got.
        """
        for argument, value in (
            ("tolerance", tolerance),
            ("duration", duration),
            ("timeout", timeout),
            ("interval", interval),
        ):
            if isinstance(value, bool) or not (math.isfinite(value) and value > 0):
                raise ValueError(f"Argument `{argument}` must be finite and above 0, but is {value!r}.")
        if timeout < duration:
            raise ValueError(
                f"Argument `timeout` must be at least the duration, {duration:g} s, but is {timeout:g}."
            )
        target = self.set_point() if self._loop.is_closed() else None
        return wait_until_calm(
            self.name,
            self.temperature,
            tolerance=tolerance,
            duration=duration,
            timeout=timeout,
            clock=self._clock,
            dimension="temperature",
            target=target,
            interval=interval,
        )

    def _read(self) -> float:
        value = float(self._loop.sensor.get())
        if not math.isfinite(value) or value <= 0:
            raise RunError(
                f"{self.name}: must read a temperature above 0 K, found {value:g}; check the sensor"
            )
        return value

    def _regulate(self, temperature: float) -> None:
        low, high = self._window
        if isinstance(temperature, bool) or not low <= temperature <= high:
            raise LimitError(
                f"{self.name}: set point must lie between {low:g} and {high:g} K (the limits in the station "
                f"file), found {temperature!r}"
            )
        self._loop.regulate(temperature)

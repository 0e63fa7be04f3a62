"""The closed loops that can hold a mixing chamber at a temperature: which box measures, which heater it drives."""

from typing import TYPE_CHECKING, Protocol

from qcodes.parameters import ParameterBase

from valvelab.clock import Clock, WallClock

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372

    from .blue_fors import BlueFors


class TemperatureLoop(Protocol):
    """A thermometer and the heater that is regulated by it."""

    @property
    def sensor(self) -> ParameterBase:
        """What measures the temperature [K]."""

    def set_point(self) -> float:
        """Return the temperature that was asked for [K]."""

    def regulate(self, temperature: float) -> None:
        """Ask for a temperature [K], in closed loop."""

    def is_closed(self) -> bool:
        """Tell whether the heater is regulated."""


class LakeShoreLoop:
    """The sample heater of a Lakeshore 372.

    Parameters
    ----------
    bridge
        The unmodified QCoDeS driver.
    channel
        Input channel of the sensor, 1 to 16.
    heater_range
        Range of the sample heater, as the driver names it, for example ``"10mA"``.
    clock
        The station's clock, on which the driver's pause after a change of the range passes; the laboratory's time if
        there is none.
    """

    def __init__(
        self, bridge: "LakeshoreModel372", *, channel: int, heater_range: str, clock: Clock | None = None
    ) -> None:
        self.sensor: ParameterBase = bridge.submodules[f"ch{channel:02d}"].parameters["temperature"]
        self._output = bridge.sample_heater
        self._clock: Clock = WallClock() if clock is None else clock
        self._pause: float = self._output.output_range.post_delay
        self._output.output_range.post_delay = 0
        self._channel, self._heater_range = channel, heater_range

    def set_point(self) -> float:
        """Return the temperature that was asked for [K]."""
        return float(self._output.setpoint())

    def regulate(self, temperature: float) -> None:
        """Ask for a temperature [K], in closed loop; the heater is switched on last."""
        self._output.setpoint(temperature)
        self._output.input_channel(self._channel)
        self._output.mode("closed_loop")
        self._output.output_range(self._heater_range)
        self._clock.sleep(self._pause)

    def is_closed(self) -> bool:
        """Tell whether the heater is regulated."""
        return bool(self._output.mode() == "closed_loop")


class BlueForsLoop:
    """A heater of a Bluefors temperature controller, which regulates by the thermometer set at the controller.

    Parameters
    ----------
    controller
        The driver.
    channel
        Number of the thermometer that is read, 1 to 12.
    heater
        Number of the heater, 1 to 4.
    maximum_power
        What the heater may never exceed [W].
    """

    def __init__(self, controller: "BlueFors", *, channel: int, heater: int, maximum_power: float) -> None:
        self.sensor: ParameterBase = controller.submodules[f"ch{channel:02d}"].parameters["temperature"]
        self._heater = controller.submodules[f"heater_{heater}"]
        self._maximum_power = maximum_power

    def set_point(self) -> float:
        """Return the temperature that was asked for [K]."""
        return float(self._heater.parameters["set_point"]())

    def regulate(self, temperature: float) -> None:
        """Ask for a temperature [K], in closed loop; the heater is switched on last."""
        heater = self._heater.parameters
        heater["maximum_power"](self._maximum_power)
        heater["set_point"](temperature)
        heater["mode"]("closed_loop")
        heater["active"](True)

    def is_closed(self) -> bool:
        """Tell whether the heater is on and regulated."""
        heater = self._heater.parameters
        return bool(heater["active"]()) and heater["mode"]() == "closed_loop"

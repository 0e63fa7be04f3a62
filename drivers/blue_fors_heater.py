"""One heater of a Bluefors temperature controller."""

from typing import TYPE_CHECKING, Any

from qcodes.instrument import InstrumentChannel
from qcodes.parameters import Parameter
from qcodes.validators import Bool, Numbers

from valvelab.errors import RunError

if TYPE_CHECKING:
    from .blue_fors import BlueFors

_MODES = {"manual": 0, "closed_loop": 1}


class BlueForsHeater(InstrumentChannel["BlueFors"]):
    """One heater of the controller.

    Parameters
    ----------
    parent
        The controller.
    name
        Name of this heater.
    number
        Its number, 1 to 4.
    """

    def __init__(self, parent: "BlueFors", name: str, number: int, **kwargs: Any) -> None:
        super().__init__(parent, name, **kwargs)
        self._number = number
        self.title: Parameter = self.add_parameter(
            "title",
            get_cmd=lambda: str(self._get("name")),
            docstring="Get the name that the heater has at the controller.",
        )
        self.active: Parameter = self._add("active", vals=Bool(), doc="Control whether the heater is on.")
        self.mode: Parameter = self._add(
            "mode",
            "pid_mode",
            val_mapping=_MODES,
            doc="Control whether the heater gives its `power` (manual) or regulates to its `set_point` (closed_loop).",
        )
        self.set_point: Parameter = self._add(
            "set_point", "setpoint", unit="K", vals=Numbers(0, 1000), doc="Control the set point [K]."
        )
        self.power: Parameter = self._add(
            "power", unit="W", vals=Numbers(0, 1), doc="Control the power in manual mode [W]."
        )
        self.maximum_power: Parameter = self._add(
            "maximum_power",
            "max_power",
            unit="W",
            vals=Numbers(0, 1),
            doc="Control the power that the controller never exceeds [W].",
        )

    def _add(self, name: str, key: str | None = None, *, doc: str, **arguments: Any) -> Parameter:
        key = key or name
        return self.add_parameter(
            name,
            get_cmd=lambda: self._get(key),
            set_cmd=lambda value: self._set(key, value),
            docstring=doc,
            **arguments,
        )

    def _get(self, key: str) -> Any:
        told = self.parent.request("/heater", heater_nr=self._number)
        if key not in told:
            raise RunError(
                f"{self.full_name}: must tell its {key}, found a reply without it; update the controller"
            )
        return told[key]

    def _set(self, key: str, value: Any) -> None:
        self.parent.request("/heater/update", heater_nr=self._number, **{key: value})
        found = self._get(key)
        if found != value:
            raise RunError(
                f"{self.full_name}: must have taken {key} = {value}, the controller tells {found}; check its limits"
            )

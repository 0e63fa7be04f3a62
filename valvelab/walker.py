"""Bring a station to the set points of one reading after the other, and read everything."""

import logging
from collections.abc import Mapping
from typing import Any

from pyvisa import VisaIOError

from valvelab.errors import LostError, RunError
from valvelab.stability import wait_until_calm
from valvelab.station import HEATERS, OpenStation
from valvelab.units import format_quantity
from valvelab.walk import Reading, Reservoir, Stable, Walk, settling
from valvelab.wording import first_line

logger = logging.getLogger(__name__)

_THERMOMETERS = ("source_thermometer", "drain_thermometer")


class Walker:
    """Set, settle and read; what stands already is not touched.

    Parameters
    ----------
    protocol
        Tells how long to settle.
    station
        The open station.
    heated
        The reservoir that is heated; the other one's heater stays at rest.
    voltages
        By reservoir the lowest and the highest voltage of its thermometer that means a temperature [V].
    """

    def __init__(
        self,
        protocol: Walk,
        station: OpenStation,
        heated: Reservoir = "source",
        voltages: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        self._station = station
        self._voltages = dict(voltages or {})
        self._times = protocol.settle
        self._read_back = {
            "coil_1": "coil_current_1",
            "coil_2": "coil_current_2",
            f"{heated}_heater": "heater_voltage",
        }
        self._stands: dict[str, float] = {}
        self._due = 0.0
        """Settling time of what was set and has not settled yet [s]."""
        self._must_calm = False
        """Whether bath or heater have moved since everything was steady."""
        self._wanted: Reading | None = None

    def __call__(self, wanted: Reading) -> dict[str, Any]:
        """Return the fields of a reading, taken where it wants the station to be.

        Asked for the same reading again, it looks where the sources stand before it trusts what it has set.

        Raises
        ------
        RunError
            If a source does not stand where it was brought, or a thermometer shows what is no temperature.
        UnstableError
            If the protocol waits until the station is steady, and it does not become so.
        """
        if wanted is self._wanted:
            self._forget_what_moved()
        elif self._wanted is None or wanted.cell != self._wanted.cell:
            asked = ", ".join(f"{role} {value:g}" for role, value in wanted.set_points.items())
            logger.info("reading %d: %s (SI units)", wanted.index, asked)
        self._wanted = wanted
        self._set(wanted)
        fields = self._read(wanted)
        self._demand_levels(wanted, fields)
        self._demand_temperatures(fields)
        return fields

    def rest_heaters(self) -> None:
        """Bring every heater to rest; the next reading that wants heat is settled anew.

        Raises
        ------
        LostError
            If one does not answer.
        """
        for role in HEATERS:
            if role in self._station.parts:
                try:
                    self._station.parts[role].ramp_home()
                except (VisaIOError, OSError) as error:
                    raise LostError(f"{role}: must be brought to rest, found {first_line(error)}") from error
                self._stands.pop(role, None)

    def _set(self, wanted: Reading) -> None:
        for role, value in wanted.set_points.items():
            if self._stands.get(role) == value:
                continue
            self._stands.pop(role, None)
            self._due = max(self._due, settling(self._times, role))
            self._must_calm = self._must_calm or not role.startswith("coil")
            part = self._station.parts[role]
            (part.set_point if role == "mixing_chamber" else part.level)(value)
            self._stands[role] = value
        self._station.clock.sleep(self._due)
        self._due = 0.0
        if self._must_calm and self._times.until_stable is not None:
            self._wait_until_stable(self._times.until_stable, wanted)
        self._must_calm = False

    def _wait_until_stable(self, rule: Stable, wanted: Reading) -> None:
        parts, clock = self._station.parts, self._station.clock
        end = clock.now() + rule.longest
        looked_at = [
            ("mixing_chamber", "temperature", rule.mixing_chamber, wanted.bath_temperature),
            *((role, "voltage", rule.thermometers, None) for role in _THERMOMETERS),
        ]
        for role, quantity, tolerance, target in looked_at:
            if tolerance is not None:
                wait_until_calm(
                    role,
                    getattr(parts[role], quantity),
                    tolerance=tolerance,
                    duration=rule.duration,
                    timeout=max(end - clock.now(), 0.0),
                    clock=clock,
                    dimension=quantity,
                    target=target,
                )

    def _read(self, wanted: Reading) -> dict[str, Any]:
        parts, clock = self._station.parts, self._station.clock
        return {
            "thermometer_voltage_source": parts["source_thermometer"].voltage(),
            "thermometer_voltage_drain": parts["drain_thermometer"].voltage(),
            "mixing_chamber_temperature": parts["mixing_chamber"].temperature(),
            **{field: parts[role].level() for role, field in self._read_back.items()},
            "bath_temperature_set_point": wanted.bath_temperature,
            "time": clock.now(),
            "utc": clock.utc().isoformat(),
        }

    def _demand_levels(self, wanted: Reading, fields: dict[str, Any]) -> None:
        for role, field in self._read_back.items():
            if not self._is_at(role, wanted.set_points[role], fields[field]):
                raise RunError(
                    f"{role}: must stand at {wanted.set_points[role]:.9g} while it is read, found {fields[field]:.9g}; "
                    "did somebody turn its knob?"
                )

    def _demand_temperatures(self, fields: dict[str, Any]) -> None:
        for reservoir, (low, high) in self._voltages.items():
            found = fields[f"thermometer_voltage_{reservoir}"]
            if not low <= found <= high:
                texts = [format_quantity(voltage, "voltage", 5) for voltage in (low, high, found)]
                raise RunError(
                    f"{reservoir}_thermometer: must show between {texts[0]} and {texts[1]}, where its voltage means a "
                    f"temperature, found {texts[2]}; is it warmer or colder than it was calibrated, or its wire broken?"
                )

    def _forget_what_moved(self) -> None:
        for role in self._read_back:
            if role in self._stands and not self._is_at(
                role, self._stands[role], self._station.parts[role].level()
            ):
                del self._stands[role]

    def _is_at(self, role: str, level: float, found: float) -> bool:
        resolution: float = self._station.file.boxes[role].resolution
        return abs(found - level) <= resolution * (1 + 1e-6)

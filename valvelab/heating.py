"""Bring a reservoir to its temperature: by the law of electrons and phonons, and then by its own thermometer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError, DataError
from valvelab.heater import Heater
from valvelab.history import REGULATED
from valvelab.units import format_quantity

_CLEAR_STEP = 0.02
"""Relative step of a heater's power from which on a slope is told from noise ..."""
_SHARES = 0.25, 4.0
"""... and between which it is believed."""


def heater_voltage(
    device: Device, warm: float, bath: float, *, island: str = "source", reverse: bool = False
) -> float:
    """Return the voltage of a heater's supply [V] that the electron-phonon law asks for to warm its reservoir.

    Parameters
    ----------
    device
        The chip.
    warm, bath
        Temperatures of the reservoir and of the bath [K].
    island
        Which reservoir, ``"source"`` or ``"drain"``.
    reverse
        Whether to heat with the other sign about the heater's offset.

    Raises
    ------
    ConfigurationError
        If the device file does not know the heater.
    """
    known, heater = _heated(device, island)
    if warm == bath:
        return 0.0 if heater is None else heater.offset
    if known is None or heater is None:
        raise ConfigurationError(f"{device.places.at(island, 'heater')}: must be known to heat; add it")
    rise = float(heater.source_voltage(known.electron_phonon_power(warm, bath), warm))
    return at_rise(device, island, rise, reverse=reverse)


def at_rise(device: Device, island: str, rise: float, *, reverse: bool) -> float:
    """Return the voltage of a heater's supply [V] that lies so far above its offset, or below where it is reversed."""
    _, heater = _heated(device, island)
    return (0.0 if heater is None else heater.offset) + (-rise if reverse else rise)


def _heated(device: Device, island: str) -> tuple[Island | None, Heater | None]:
    known = device.source if island == "source" else device.drain
    return known, None if known is None else known.heater


def warmth(device: Device, record: Mapping[str, Any]) -> float:
    """Return the temperature of the reservoir that is heated, in one record [K].

    Raises
    ------
    DataError
        If its thermometer shows a voltage that is none of its own.
    """
    heated = record["heated"]
    island = getattr(device, heated)
    try:
        return float(island.law.temperature(record[f"thermometer_voltage_{heated}"]))
    except ValueError as error:
        raise DataError(f"{heated}_thermometer: {error}") from None


def corrected(device: Device, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    r"""Return which voltage the heater needs, as an event for the journal.

    .. math:: P(V_{new}) = P(V) + [P_{rec}(T_{wanted}) - P_{rec}(T)] / a

    with what the reservoir receives besides its thermometer, `valvelab.device.Island.received_power`. What else warms
    it is taken to be the same at both temperatures. The share :math:`a` of the heater's power that arrives is 1 at
    first, and then the slope between the last two readings.

    Parameters
    ----------
    device
        The chip; the island that is heated and its heater must be known.
    records
        The readings of one closed loop so far, the heater at work.

    Raises
    ------
    DataError
        If the thermometer shows no temperature, or the reservoir would have to be cooled.
    """
    last = records[-1]
    heated, wanted = last["heated"], last["source_temperature"]
    island = getattr(device, heated)
    present, received = np.array([_powers(device, record) for record in records[-2:]]).T
    share = 1.0
    if np.ptp(present) > _CLEAR_STEP * present[-1]:
        share = float(np.clip(np.diff(received)[0] / np.diff(present)[0], *_SHARES))
    lacking = float(island.received_power(wanted, last["mixing_chamber_temperature"])) - received[-1]
    needed, found = present[-1] + lacking / share, warmth(device, last)
    if needed < 0:
        texts = [format_quantity(temperature, "temperature", 4) for temperature in (wanted, found)]
        raise DataError(
            f"{heated}_heater: must still heat to bring the {heated} to {texts[0]}, found it at {texts[1]}, kept warm "
            "by something else; ask for a higher temperature"
        )
    return {
        "event": REGULATED,
        "cell": last["cell"],
        "heated": heated,
        "temperature": found,
        "heater_rise": float(island.heater.source_voltage(needed, wanted)),
    }


def _powers(device: Device, record: Mapping[str, Any]) -> tuple[float, float]:
    """Return what the heater should give, and what arrives, heat from elsewhere included [W]."""
    island, found = getattr(device, record["heated"]), warmth(device, record)
    rise = abs(record["heater_voltage"] - island.heater.offset)
    received = island.received_power(found, record["mixing_chamber_temperature"])
    return float(island.heater.power(rise, found)), float(received)

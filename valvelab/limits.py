"""Compare a plan with the limits of a station and with the calibrations, before anything is moved."""

from valvelab.device import Device
from valvelab.errors import ConfigurationError, LimitError
from valvelab.protocol import Protocol
from valvelab.station_file import SET_POINTS, StationFile
from valvelab.units import format_quantity
from valvelab.walk import Plan, Walk


def check_limits(file: StationFile, plan: Plan) -> None:
    """Compare every set point of a plan with the limits of its source.

    Raises
    ------
    LimitError
        Naming, for each source, the first set point that is outside, with its place in the protocol and that of the
        limits in the station file as far as they were read from files.
    """
    mistakes = []
    for role in plan.readings[0].set_points:
        if role not in file.boxes:
            raise LimitError(
                f"{file.places.beside(role)}: must be in the station file, the protocol moves it; add {role}"
            )
        (low, high), dimension = file.boxes[role].limits, SET_POINTS[role][1]
        outside = next((r for r in plan.readings if not low <= r.set_points[role] <= high), None)
        if outside is None:
            continue
        place, what = plan.protocol.cause(outside, role)
        lowest, highest, found = (
            format_quantity(level, dimension, 4) for level in (low, high, outside.set_points[role])
        )
        mistakes.append(
            f"{plan.protocol.places.at(*place)}: {what}must lie between {lowest} and {highest} "
            f"({file.places.beside(role, 'limits')}), found {found}; change the protocol or the limits"
        )
    if mistakes:
        raise LimitError("\n".join(mistakes))


def check_calibrated(device: Device, walk: Walk) -> None:
    """Refuse source temperatures that the thermometer of the heated island cannot tell.

    A run would stop at the first of them, perhaps at night. The other island finds its temperature itself; `valvelab
    plan` foresees it.

    Parameters
    ----------
    device
        With the islands.
    walk
        What is wanted; a calibration wants no source temperatures.

    Raises
    ------
    ConfigurationError
        Naming the first temperature that is outside, with its place in the protocol and that of the calibration.
    """
    if not isinstance(walk, Protocol):
        return
    island = getattr(device, walk.heated)
    if island is None or island.trusted_range is None:
        return
    low, high = island.trusted_range
    for place, wanted in enumerate(walk.source_temperatures):
        if not low <= wanted <= high:
            texts = [format_quantity(value, "temperature", 4) for value in (low, high, wanted)]
            known = device.places.beside(walk.heated, "thermometer", island.thermometer.told_by)
            raise ConfigurationError(
                f"{walk.places.at('source_temperatures', place)}: must lie between {texts[0]} and {texts[1]}, where "
                f"the calibration is trusted ({known}), found {texts[2]}; "
                "calibrate over a wider range, or leave it out"
            )

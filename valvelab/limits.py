"""Compare a plan with the limits of a station, before anything is moved."""

from valvelab.errors import LimitError
from valvelab.protocol import Plan, Reading
from valvelab.station_file import SET_POINTS, StationFile
from valvelab.units import format_quantity


def check_limits(file: StationFile, plan: Plan) -> None:
    """Compare every set point of a plan with the limits of its source.

    Raises
    ------
    LimitError
        Naming, for each source, the first set point that is outside, with its place in the protocol and that of the
        limits in the station file as far as they were read from files.
    """
    mistakes = []
    for role, (column, dimension) in SET_POINTS.items():
        low, high = getattr(file, role).limits
        outside = next((r for r in plan.readings if not low <= getattr(r, column) <= high), None)
        if outside is None:
            continue
        place, what = _cause(plan, outside, role)
        lowest, highest, found = (
            format_quantity(level, dimension, 4) for level in (low, high, getattr(outside, column))
        )
        mistakes.append(
            f"{plan.protocol.places.at(*place)}: {what}must lie between {lowest} and {highest} "
            f"({file.places.beside(role, 'limits')}), found {found}; change the protocol or the limits"
        )
    if mistakes:
        raise LimitError("\n".join(mistakes))


def _cause(plan: Plan, reading: Reading, role: str) -> tuple[tuple[str | int, ...], str]:
    """Return the place in the protocol that asks for a set point, and what the set point is called there."""
    protocol = plan.protocol
    if role == "mixing_chamber":
        return ("bath_temperatures", protocol.bath_temperatures.index(reading.bath_temperature)), ""
    if role == "source_heater":
        source, bath = (
            format_quantity(value, "temperature", 4)
            for value in (reading.source_temperature, reading.bath_temperature)
        )
        place = protocol.source_temperatures.index(reading.source_temperature)
        return ("source_temperatures", place), f"the heater_voltage for {source} over a bath at {bath} "
    return (
        "configurations",
        reading.configuration,
    ), f"the {SET_POINTS[role][0]} of '{reading.configuration}' "

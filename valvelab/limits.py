"""Compare a plan with the limits of a station, before anything is moved."""

from valvelab.errors import LimitError
from valvelab.station_file import SET_POINTS, StationFile
from valvelab.units import format_quantity
from valvelab.walk import Plan


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

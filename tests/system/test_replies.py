"""Whatever a box answers, a reading is a finite number within its range or one of the errors that a run expects."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyvisa import VisaIOError

from valvelab.configuration import load_configuration
from valvelab.errors import RunError
from valvelab.station import open_station
from valvelab.station_file import StationFile

EXPECTED = (RunError, VisaIOError, OSError, ValueError)
"""What `valvelab.reader.Reader` takes for a failed attempt."""
numbers = st.floats().map(lambda value: f"{value:+.8E}")
replies = st.one_of(
    st.text(max_size=40),
    numbers,
    st.builds(lambda a, b: f"{a},{b}", numbers, numbers),
    st.sampled_from(
        ["", "nan", "+9.9E37", "-9.91E+37", "1_000", "0x10", "1,5", "0E-03", "١٢", "1.0.0", "+", "OK"]
    ),
)


@pytest.fixture
def station(lab):
    folder = lab()
    with open_station(load_configuration(folder / "station.yaml", StationFile), folder) as opened:
        yield opened


READ = {
    "coil_1": lambda part: part.level(),
    "source_heater": lambda part: part.level(),
    "drain_thermometer": lambda part: part.voltage(),
    "mixing_chamber": lambda part: part.temperature(),
}


@pytest.mark.parametrize("role", READ)
def test_no_reply_is_read_as_anything_but_a_finite_number(station, role):
    part, handle = station.parts[role], station.qcodes_station.components[f"{role}_box"].visa_handle
    query = handle.query

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(reply=replies)
    def read(reply):
        # Only the value that is asked for is nonsense: a box that does not know itself is another matter.
        handle.query = lambda message, *more: query(message, *more) if "*IDN" in message else reply
        try:
            found = READ[role](part)
        except EXPECTED:
            return
        finally:
            handle.query = query
        assert isinstance(found, float) and math.isfinite(found)
        # A source may be found anywhere, by hand: the guard compares with its window before it moves.
        assert {"mixing_chamber": found > 0, "drain_thermometer": abs(found) < 0.2}.get(role, True)

    read()
    assert math.isfinite(READ[role](part))

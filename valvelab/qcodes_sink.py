"""A second sink for readings: a QCoDeS dataset that other tools can open while it grows.

The journal is what counts; this is for plottr and for people who live in QCoDeS. QCoDeS only logs a failed
write, so the log is watched and a failure becomes an error.
"""

import contextlib
import io
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.dataset import RAW
from valvelab.errors import RunError

if TYPE_CHECKING:
    from qcodes.station import Station

Add = Callable[[Mapping[str, Any]], None]
_FLUSH_EVERY, _MOST_AT_ONCE = 1.0, 32
"""Each flush costs two commits, half of the time of a reading, so it happens after so many seconds or readings; the
journal has every reading at once. SQLite keeps a statement for each number of rows it has seen: they must be few."""
_NEVER = 1e6


class _WriteErrors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "Could not" in record.getMessage():
            self.messages.append(record.getMessage())


@contextlib.contextmanager
def qcodes_sink(
    database: Path, name: str, station: "Station"
) -> "Iterator[Callable[[Mapping[str, Any]], None]]":
    """Open a QCoDeS dataset and yield the function that adds a reading to it.

    Parameters
    ----------
    database
        The SQLite file, made if it is not there.
    name
        Name of the experiment and sample.
    station
        The station whose snapshot goes with the data.

    Raises
    ------
    RunError
        If QCoDeS could not write a reading, or the database lies where QCoDeS would misread its name.
    """
    from qcodes.dataset import Measurement, connect, load_or_create_experiment

    if set("#?%") & set(str(database)):
        raise RunError(
            f"{database}: must not contain '#', '?' or '%', which SQLite reads as commands; rename it"
        )
    errors = _WriteErrors()
    log = logging.getLogger("qcodes.dataset.data_set")
    connection = connect(str(database))
    log.addHandler(errors)
    try:
        experiment = load_or_create_experiment("switching", name, conn=connection)
        measurement = Measurement(exp=experiment, station=station, name=name)
        measurement.write_period = _NEVER
        measurement.register_custom_parameter("reading", label="reading", unit="", paramtype="numeric")
        for column, variable in RAW.items():
            measurement.register_custom_parameter(
                column,
                label=variable.long_name,
                unit=variable.units,
                setpoints=("reading",),
                paramtype="text" if variable.kind == "U" else "numeric",
            )
        with contextlib.redirect_stdout(io.StringIO()):  # QCoDeS announces each run on the terminal
            runner = measurement.run(in_memory_cache=False)
            saver = runner.__enter__()

        waiting, flushed = 0, time.monotonic()

        def add(record: Mapping[str, Any]) -> None:
            nonlocal waiting, flushed
            saver.add_result(("reading", record["sequence"]), *((name, record[name]) for name in RAW))
            waiting += 1
            if waiting >= _MOST_AT_ONCE or time.monotonic() - flushed >= _FLUSH_EVERY:
                saver.flush_data_to_database()
                waiting, flushed = 0, time.monotonic()
            if errors.messages:
                raise RunError(
                    f"{database}: QCoDeS could not write: {errors.messages[-1]}; is the disk full?"
                )

        try:
            yield add
        finally:
            runner.__exit__(None, None, None)
    finally:
        log.removeHandler(errors)
        connection.close()

"""Walk a plan on a station: set, settle, read, write down, and leave everything at rest."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from valvelab.errors import ValvelabError
from valvelab.protocol import Reading, Walk
from valvelab.records import Journal
from valvelab.run_folder import DATABASE, JOURNAL, LOG, Run, check_continuation, export_raw, write_status
from valvelab.run_log import quiet_interrupts, run_log
from valvelab.station import OpenStation, open_station

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, Reading], None]


def execute(run: Run, progress: Progress | None = None) -> Path:
    """Take the readings of a plan that are not in the journal yet, and export ``raw.nc``.

    The same call begins a run and continues one. Whatever ends it, the sources are brought to rest, what was
    read is on disk, and ``run.json`` says how it ended.

    Returns
    -------
    The path of ``raw.nc``.

    Raises
    ------
    RunError
        If the run cannot start or go on.
    """
    check_continuation(run)
    with ExitStack() as stack:
        # SIGTERM and a closed terminal end a run the way Ctrl-C does: through the safe state.
        stack.enter_context(_signals(_interrupt, ctrl_c=False))
        stack.enter_context(run_log(run.folder / LOG))
        stack.enter_context(quiet_interrupts())
        journal = stack.enter_context(Journal(run.folder / JOURNAL))
        write_status(run, "running", "", len(journal.records))
        try:
            if len(journal.records) < len(run.plan.readings):
                _measure(run, journal, progress)
        except BaseException as error:
            outcome = "interrupted" if isinstance(error, KeyboardInterrupt) else "aborted"
            write_status(run, outcome, _reason(error), len(journal.records))
            if journal.records:
                export_raw(run)
            raise
        write_status(run, "complete", "", len(journal.records))
    return export_raw(run)


def _reason(error: BaseException) -> str:
    """Return why a run ended early, in words where it was no fault of the program."""
    if isinstance(error, KeyboardInterrupt):
        return ""
    return str(error) if isinstance(error, ValvelabError) else f"{type(error).__name__}: {error}"


def _measure(run: Run, journal: Journal, progress: Progress | None) -> None:
    from valvelab.qcodes_sink import qcodes_sink

    with open_station(run.station, run.folder) as station:
        try:
            if journal.records:
                station.clock.resume(journal.records[-1]["time"])
            with qcodes_sink(run.folder / DATABASE, run.protocol.name, station.qcodes_station) as add:
                present: Reading | None = None
                for reading in run.plan.readings[len(journal.records) :]:
                    _set(run.protocol, station, reading, present)
                    present = reading
                    add(journal.append({**reading.as_record(), **_read(station, reading)}))
                    if progress is not None:
                        progress(reading.index + 1, len(run.plan.readings), reading)
        finally:
            with _signals(signal.SIG_IGN):
                failures = station.make_safe()
            for failure in failures:
                print(f"NOT SAFE: {failure}; check this source by hand", file=sys.stderr)  # noqa: T201


def _set(protocol: Walk, station: OpenStation, wanted: Reading, present: Reading | None) -> None:
    """Bring the station to the set points of a reading; what stands already is not touched."""
    stands = {} if present is None else present.set_points
    changed = {role: value for role, value in wanted.set_points.items() if stands.get(role) != value}
    if present is None or wanted.cell != present.cell:
        asked = ", ".join(f"{role} {value:g}" for role, value in wanted.set_points.items())
        logger.info("reading %d: %s (SI units)", wanted.index, asked)
    settle = {
        "mixing_chamber": protocol.settle.bath,
        "source_heater": protocol.settle.source,
        "coil_1": protocol.settle.configuration,
        "coil_2": protocol.settle.configuration,
    }
    for role, value in changed.items():
        part = station.parts[role]
        (part.set_point if role == "mixing_chamber" else part.level)(value)
    station.clock.sleep(max((settle[role] for role in changed), default=0.0))


def _read(station: OpenStation, reading: Reading) -> dict[str, Any]:
    parts = station.parts
    return {
        "thermometer_voltage_source": parts["source_thermometer"].voltage(),
        "thermometer_voltage_drain": parts["drain_thermometer"].voltage(),
        "mixing_chamber_temperature": parts["mixing_chamber"].temperature(),
        "coil_current_1": parts["coil_1"].level(),
        "coil_current_2": parts["coil_2"].level(),
        "heater_voltage": parts["source_heater"].level(),
        "bath_temperature_set_point": reading.bath_temperature,
        "time": station.clock.now(),
        "utc": station.clock.utc().isoformat(),
    }


def _interrupt(number: int, frame: object) -> None:
    """Pass a signal on as Ctrl-C, which QCoDeS holds back while it talks to an instrument or its database."""
    logger.warning("signal %s", signal.Signals(number).name)
    signal.raise_signal(signal.SIGINT)


@contextmanager
def _signals(handler: Callable[[int, Any], None] | signal.Handlers, *, ctrl_c: bool = True) -> Iterator[None]:
    """Handle the signals that end a program; only the main thread may, elsewhere nothing changes."""
    names = ["SIGTERM", "SIGHUP", "SIGBREAK", *(["SIGINT"] if ctrl_c else [])]
    present = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        present = []
    before = [(number, signal.signal(number, handler)) for number in present]
    try:
        yield
    finally:
        for number, earlier in before:
            signal.signal(number, earlier)

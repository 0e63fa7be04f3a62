"""What a measurement script calls: open a station, run, resume, reduce, fit and report, each in one call."""

from .calibrations import CALIBRATED, FIGURE, conclude_calibration, is_calibration
from .fits import fit
from .results import REDUCED_FILE, IncompleteRun, reduce, report
from .runs import ForeseenStop, begin, foresee, load_protocol, open_station, resume, run
from .stations import load_station

__all__ = [
    "CALIBRATED",
    "FIGURE",
    "REDUCED_FILE",
    "ForeseenStop",
    "IncompleteRun",
    "begin",
    "conclude_calibration",
    "fit",
    "foresee",
    "is_calibration",
    "load_protocol",
    "load_station",
    "open_station",
    "reduce",
    "report",
    "resume",
    "run",
]

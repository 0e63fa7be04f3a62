"""Errors as they pass from process to process."""

import pickle

from valvelab.errors import StuckError


def test_an_error_passes_between_processes_whole():
    stuck = pickle.loads(pickle.dumps(StuckError("the same for 20 readings", 7)))  # noqa: S301
    assert (str(stuck), stuck.first) == ("the same for 20 readings", 7)

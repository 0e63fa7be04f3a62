"""No test leaves an instrument behind: the next one may want its name."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _close_what_is_left():
    yield
    if "qcodes.instrument" in sys.modules:
        sys.modules["qcodes.instrument"].Instrument.close_all()

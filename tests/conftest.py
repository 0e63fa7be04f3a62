"""No test leaves an instrument or a way to handle Ctrl-C behind: the next one may want its name, or its own way."""

import os
import signal
import sys

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # as the command does, before NumPy is imported


def pytest_collection_modifyitems(items):
    for item in items:
        if os.environ.get("CI") == "true" and item.get_closest_marker("desk"):
            item.add_marker(pytest.mark.skip(reason="takes long; run it at the desk"))


@pytest.fixture(autouse=True)
def _close_what_is_left():
    yield
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "qcodes.instrument" in sys.modules:
        sys.modules["qcodes.instrument"].Instrument.close_all()

"""Unmodified QCoDeS drivers on the boxes of a simulated cryostat."""

import pytest
import pyvisa
from qcodes.instrument_drivers.Keysight import Keysight34465A
from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

DRIVERS = {"11": YokogawaGS200, "13": YokogawaGS200, "21": Keysight34465A, "31": LakeshoreModel372}


@pytest.fixture
def connect():
    """Return a function that connects a box of the packaged cryostat by the end of its address."""
    manager = pyvisa.ResourceManager("@valve")
    opened = []

    def connector(number):
        box = DRIVERS[number](
            f"box_{number}", f"TCPIP0::192.168.150.{number}::inst0::INSTR", visalib="@valve"
        )
        opened.append(box)
        return box

    yield connector
    for box in opened:
        box.close()
    manager.close()

"""Unmodified QCoDeS drivers on the boxes of a simulated cryostat, and calibrations as its thermometers obey them."""

import math

import pytest
import pyvisa
from qcodes.instrument_drivers.Keysight import Keysight34465A
from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.sim import sinis_cooling_power, sinis_temperature, sinis_voltage
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.sim.cryostat.schema import Box

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"

DRIVERS = {
    "11": YokogawaGS200,
    "12": YokogawaGS200,
    "13": YokogawaGS200,
    "21": Keysight34465A,
    "22": Keysight34465A,
    "31": LakeshoreModel372,
}


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


@pytest.fixture
def rack_of(tmp_path):
    """Return a function that puts other boxes into the packaged cryostat, and one that opens them by a driver."""
    racks = []

    class Changed:
        def __call__(self, boxes, **changes):
            cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
            kept = {
                ADDRESS.format(number): (model, wires)
                for number, (model, wires) in boxes.items()
                if model is not None
            }
            rack = {
                address: box for address, box in cryostat.boxes.items()
                if address not in {ADDRESS.format(number) for number in boxes}
            }  # fmt: skip
            for address, (model, wires) in kept.items():
                rack[address] = Box(model=model, wired_to=wires)
            path = tmp_path / "rack.yaml"
            path.write_text(
                dump_configuration(cryostat.model_copy(update={"boxes": rack, **changes})), encoding="utf-8"
            )
            self.library = f"{path}@valve"
            racks.append(pyvisa.ResourceManager(self.library))
            return self.open

        def open(self, driver, number, name="box"):
            instrument = driver(name, ADDRESS.format(number), visalib=self.library)
            racks.append(instrument)
            return instrument

    yield Changed()
    for opened in reversed(racks):
        opened.close()


class NisCalibration:
    """The law of the simulated junctions at one bias current, known but for an error of 0.1 mK."""

    gap, resistance = 205e-6 * 1.602176634e-19, 25e3

    def __init__(self, bias_current, temperatures):
        self.bias_current, self.range = bias_current, temperatures

    def temperature(self, voltage):
        low, high = sorted(float(self.voltage(end)) for end in self.range)
        if not low <= voltage <= high:
            raise ValueError(f"voltage must lie between {low:g} and {high:g} V, found {voltage:g}")
        return sinis_temperature(voltage, self.bias_current, self.gap, self.resistance)

    def temperature_std(self, voltage, voltage_std):
        temperature = self.temperature(voltage)
        slope = (self.voltage(temperature * 1.001) - self.voltage(temperature * 0.999)) / (
            0.002 * temperature
        )
        return math.hypot(voltage_std / slope, 1e-4)

    def voltage(self, temperature):
        return sinis_voltage(self.bias_current, temperature, self.gap, self.resistance)

    def cooling_power(self, temperature):
        return sinis_cooling_power(self.bias_current, temperature, self.gap, self.resistance)


@pytest.fixture
def nis_calibration():
    """Return a function that makes a calibration for a bias current and a range of temperatures."""
    return NisCalibration

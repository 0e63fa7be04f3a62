"""The simulated nanovoltmeters."""

import math

import numpy as np
import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.nanovoltmeter import Agilent34420A, Keithley2182A
from valvelab.sim.cryostat.world import World

WIRES = {1: "source_thermometer", 2: "drain_thermometer"}


@pytest.fixture
def keithley(quiet_cryostat, clock: VirtualClock):
    box = Keithley2182A(World(quiet_cryostat, clock), WIRES)
    box.receive("INIT:CONT OFF")
    return box


@pytest.fixture
def agilent(quiet_cryostat, clock: VirtualClock):
    return Agilent34420A(World(quiet_cryostat, clock), WIRES)


def error(box):
    return int(box.receive("SYST:ERR?").split(",")[0])


def test_each_channel_sees_its_own_thermometer(keithley, agilent):
    by_keithley = [float(keithley.receive(f"SENS:CHAN {n};:READ?")) for n in (1, 2)]
    by_agilent = [float(agilent.receive(f"ROUT:TERM FRON{n};:READ?")) for n in (1, 2)]
    assert by_keithley == by_agilent and by_keithley[0] != by_keithley[1]


def test_a_channel_without_a_wire_shows_nothing(quiet_cryostat, clock):
    box = Keithley2182A(World(quiet_cryostat, clock), {1: "source_thermometer"})
    box.receive("INIT:CONT OFF;:SENS:CHAN 2")
    assert float(box.receive("READ?")) == 0.0


def test_the_noise_falls_with_the_square_root_of_the_integration_time(cryostat, clock):
    box = Agilent34420A(World(cryostat, clock), WIRES)
    spread = []
    for cycles in (1, 100):
        box.receive(f"VOLT:NPLC {cycles}")
        spread.append(np.std([float(box.receive("READ?")) for _ in range(400)]))
    assert spread[0] / spread[1] == pytest.approx(10, rel=0.15, abs=0)


def test_a_repeating_filter_averages_and_takes_as_much_longer(cryostat, clock):
    box = Keithley2182A(World(cryostat, clock), WIRES)
    box.receive("INIT:CONT OFF;:SENS:VOLT:NPLC 1;:SENS:VOLT:CHAN1:DFIL:TCON REP;COUN 20")
    before = clock.now()
    filtered = np.std([float(box.receive("READ?")) for _ in range(200)])
    assert clock.now() - before == pytest.approx(200 * 20 / 50, rel=1e-9, abs=0)
    box.receive("SENS:VOLT:CHAN1:DFIL OFF")
    assert np.std([float(box.receive("READ?")) for _ in range(400)]) / filtered == pytest.approx(
        math.sqrt(20), rel=0.2, abs=0
    )


def test_what_is_beyond_the_range_overflows(quiet_cryostat, clock):
    drain = quiet_cryostat.drain
    shifted = drain.model_copy(update={"thermometer": drain.thermometer.model_copy(update={"offset": 5e-3})})
    world = World(quiet_cryostat.model_copy(update={"drain": shifted}), clock)
    box = Agilent34420A(world, WIRES)
    assert float(box.receive("ROUT:TERM FRON2;:VOLT:RANG 1E-3;:READ?")) == 9.9e37
    assert 5e-3 < float(box.receive("VOLT:RANG 10E-3;:READ?")) < 6e-3


def test_another_channel_of_a_34420a_ranges_anew_and_the_second_one_ends_at_ten_volts(agilent):
    agilent.receive("VOLT:RANG 1")
    assert agilent.receive("VOLT:RANG:AUTO?") == "0"
    agilent.receive("ROUT:TERM FRON2")
    assert agilent.receive("VOLT:RANG:AUTO?") == "1"
    agilent.receive("VOLT:RANG 100")
    assert error(agilent) < 0 and float(agilent.receive("VOLT:RANG?")) == 10.0


def test_ranges_of_a_2182a_are_those_of_the_channel(keithley):
    keithley.receive("SENS:VOLT:CHAN1:RANG 0.05;:SENS:VOLT:CHAN2:RANG 0.05")
    assert float(keithley.receive("SENS:VOLT:CHAN1:RANG?")) == 0.1
    assert float(keithley.receive("SENS:VOLT:CHAN2:RANG?")) == 0.1
    keithley.receive("SENS:VOLT:CHAN2:RANG 100")
    assert error(keithley) == -222


def test_a_2182a_reads_once_only_while_it_does_not_run_freely(keithley):
    keithley.receive("INIT:CONT ON")
    assert keithley.receive("READ?") is None and error(keithley) == -213
    assert float(keithley.receive("SENS:DATA:FRES?")) == float(keithley.receive("SENS:DATA?"))
    keithley.receive("*RST")
    assert keithley.receive("FETC?") is None and error(keithley) == -230
    assert float(keithley.receive("READ?")) > 0

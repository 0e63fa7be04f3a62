"""Keithley 2182A and Agilent 34420A: what is said on their wires, and two thermometers at one box."""

import pytest

from tests.drivers.traffic import Traffic
from valvelab.drivers import Agilent34420A, Keithley2182A, SinisThermometer, prepare_2182a, prepare_34420a

PREPARED = [(Keithley2182A, prepare_2182a, "keithley2182a"), (Agilent34420A, prepare_34420a, "34420a")]
BOTH = {"1": "source_thermometer", "2": "drain_thermometer"}


@pytest.fixture
def speak():
    boxes = []

    def open_at_wire(driver, identity):
        wire = Traffic(("<clear>", None), ("*IDN?", identity))
        boxes.append(driver("meter", resource=wire))
        wire.expect()
        return boxes[-1], wire

    yield open_at_wire
    for box in boxes:
        box.close()


def test_what_is_said_to_a_2182a_and_what_is_understood(speak):
    box, wire = speak(Keithley2182A, "KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1190001,C06  /A02")
    wire.expect(
        (":SENS:CHAN?", "1"), (":SENS:CHAN 2", None), (":READ?", "+3.50123456E-04"), (":SENS:CHAN?", "2"),
        (":READ?", "-1.0E-09"), (":SENS:VOLT:CHAN1:RANG 0.01", None), (":SENS:VOLT:CHAN2:RANG?", "+1.00000000E-01"),
        (":SENS:VOLT:NPLC 0.5", None), (":SENS:VOLT:CHAN1:DFIL:COUN 20", None),
        (":SENS:VOLT:CHAN1:DFIL:TCON REP", None),
        (":SENS:VOLT:CHAN1:LPAS 1", None), (":SENS:VOLT:CHAN1:DFIL?", "0"), (":SYST:LSYN 1", None), (":SYST:FAZ?", "1"),
    )  # fmt: skip
    assert box.channel_2.voltage() == 3.50123456e-4 and box.channel_2.voltage() == -1e-9
    box.channel_1.range(10e-3)
    assert box.channel_2.range() == 0.1
    box.power_line_cycles(0.5)
    box.channel_1.filter_count(20)
    box.channel_1.filter_kind("REP")
    box.channel_1.analog_filter("on")
    assert box.channel_1.digital_filter() == "off"
    box.line_synchronisation("on")
    assert box.front_autozero() == "on"
    wire.expect()
    for refused in (lambda: box.channel_2.range(10e-3), lambda: box.power_line_cycles(60)):
        with pytest.raises(ValueError, match=r"is invalid|is not in"):
            refused()


def test_what_is_said_to_a_34420a_and_what_is_understood(speak):
    box, wire = speak(Agilent34420A, "HEWLETT-PACKARD,34420A,0,10.1-4.2")
    box.channel_1.range(1e-3)
    box.channel_1.power_line_cycles(100.0)
    box.channel_2.range(0.1)
    wire.expect(
        ("ROUT:TERM?", "FRON2"), ("ROUT:TERM FRON1", None), ("SENS:VOLT:RANG 0.001;:SENS:VOLT:NPLC 100", None),
        ("READ?", "+3.50123456E-04"), ("ROUT:TERM?", "FRON1"), ("ROUT:TERM FRON2", None),
        ("SENS:VOLT:RANG 0.1;:SENS:VOLT:NPLC 10", None), ("READ?", "-1.0E-09"), ("*IDN?", "HEWLETT-PACKARD,34420A,0,1"),
    )  # fmt: skip
    assert box.channel_1.voltage() == 3.50123456e-4 and box.channel_2.voltage() == -1e-9
    assert box.IDN()["serial"] is None
    wire.expect()
    for refused in (lambda: box.channel_2.range(100.0), lambda: box.channel_1.power_line_cycles(5.0)):
        with pytest.raises(ValueError, match=r"is invalid|is not in"):
            refused()


@pytest.fixture(params=PREPARED, ids=[model for _, _, model in PREPARED])
def prepared(request, rack_of):
    """A box with a thermometer at each channel, and both parameters that measure."""
    driver, prepare, model = request.param
    box = rack_of({"21": (model, BOTH), "22": (None, None)}, voltmeter_noise=0.0)(driver, "21")
    voltages = [
        prepare(box, input_range=0.1, power_line_cycles=cycles, channel=channel)
        for channel, cycles in ((1, 1.0), (2, 1.0))
    ]
    return box, voltages


def test_two_thermometers_at_one_box_are_read_in_turn(prepared):
    _, voltages = prepared
    source, drain = (
        SinisThermometer(f"{name}_thermometer", voltage, input_range=0.1)
        for name, voltage in zip(("source", "drain"), voltages, strict=True)
    )
    found = [(source.voltage(), drain.voltage()) for _ in range(3)]
    assert len({round(pair[0], 9) for pair in found}) == len({round(pair[1], 9) for pair in found}) == 1
    assert found[0][0] == pytest.approx(found[0][1], rel=0.5, abs=0) and abs(found[0][0] - found[0][1]) > 1e-6
    assert 1e-4 < found[0][0] < 1e-3
    source.close()
    drain.close()


def test_a_reading_takes_its_power_line_cycles(prepared):
    box, voltages = prepared
    clock = box.visa_handle.visalib.clock
    before = clock.now()
    voltages[0]()
    assert clock.now() - before == pytest.approx(1 / 50, rel=0, abs=1e-9)


def test_what_the_front_panel_was_left_at_does_not_matter(prepared):
    box, voltages = prepared
    expected = voltages[0]()
    box.write(":SENS:CHAN 2" if isinstance(box, Keithley2182A) else "ROUT:TERM FRON2")
    assert voltages[0]() == pytest.approx(expected, rel=0, abs=1e-9)


def test_nothing_is_left_in_the_queue_of_errors(prepared):
    box, voltages = prepared
    for voltage in voltages:
        voltage()
    assert box.ask("SYST:ERR?").split(",")[0].strip("+") == "0"


def test_a_snapshot_asks_what_is_answered_and_takes_no_reading(prepared):
    box, voltages = prepared
    voltages[1]()
    clock = box.visa_handle.visalib.clock
    before = clock.now()
    entries = box.snapshot(update=True)
    assert clock.now() == before and entries["parameters"]["selected"]["value"] == 2
    assert entries["submodules"]["channel_1"]["parameters"]["range"]["value"] == 0.1


def test_a_2182a_that_runs_freely_refuses_to_read_once_until_it_is_prepared(rack_of):
    box = rack_of({"21": ("keithley2182a", BOTH), "22": (None, None)})(Keithley2182A, "21")
    box.write("READ?")
    assert box.ask("SYST:ERR?").startswith("-213")
    assert 0 < prepare_2182a(box, input_range=0.1, power_line_cycles=1.0, channel=1)() < 1e-3


@pytest.mark.parametrize(("driver", "prepare", "model"), PREPARED)
def test_a_setting_that_a_channel_does_not_have_is_refused(rack_of, driver, prepare, model):
    box = rack_of({"21": (model, BOTH), "22": (None, None)})(driver, "21")
    wrong = {"keithley2182a": {"input_range": 10e-3}, "34420a": {"input_range": 100.0}}[model]
    with pytest.raises(ValueError, match=r"is invalid|is not in"):
        prepare(box, **({"power_line_cycles": 1.0, "channel": 2} | wrong))


def test_measure_query_of_a_2182a_loses_the_settings_and_the_driver_never_sends_it(rack_of):
    box = rack_of({"21": ("keithley2182a", BOTH), "22": (None, None)})(Keithley2182A, "21")
    prepare_2182a(box, input_range=0.1, power_line_cycles=1.0, channel=1)()
    assert (box.power_line_cycles(), box.channel_1.automatic_range()) == (1.0, "off")
    box.ask("MEAS:VOLT:DC?")
    assert (box.power_line_cycles(), box.channel_1.automatic_range()) == (5.0, "on")

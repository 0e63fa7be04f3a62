"""Sources that are off, with whatever level they hold from before, come on at zero in the range that is wanted."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from qcodes.instrument_drivers.Keithley import Keithley2400
from qcodes.instrument_drivers.Keysight import KeysightB2962A
from qcodes.instrument_drivers.yokogawa import YokogawaGS200

from valvelab.drivers import (
    Keithley6221,
    Yokogawa7651,
    prepare_2400,
    prepare_6221,
    prepare_7651,
    prepare_b2962a,
    prepare_gs200,
)
from valvelab.errors import RunError

ADDRESS = "TCPIP0::192.168.150.11::inst0::INSTR"
RANGE = re.compile(r"RANG [\d.]|R\dE")
NUMBER = re.compile(r"[+-]?\d+\.\d+(E[+-]?\d+)?")


class Source(NamedTuple):
    """A source at coil 1 that is used in a range of 2 mA or less, and what puts 5 mA or 0.5 V there before."""

    driver: Callable[..., Any]
    model: str
    prepare: Callable[..., Any]
    span: float
    parameter: str
    given: tuple[Any, ...]
    """What the simulated box is asked for what flows."""
    current: str
    voltage: str
    level: str
    channel: int | None = None

    @property
    def wired(self):
        return "coil_1" if self.channel is None else {str(self.channel): "coil_1"}

    @property
    def terminal(self):
        return {} if self.channel is None else {"channel": self.channel}


SOURCES = {
    "GS200": Source(
        YokogawaGS200, "gs200", prepare_gs200, 1e-3, "current_range", ("CURR",),
        "SOUR:RANG 1E-2;:SOUR:LEV 5E-3", "SOUR:FUNC VOLT;:SOUR:LEV 0.5", "SOUR:LEV?",
    ),
    "7651": Source(
        Yokogawa7651, "yokogawa7651", prepare_7651, 1e-3, "current_range", ("F5",), "F5E;R5E;S5E-3E", "F1E;S0.5E", "OD"
    ),
    "2400": Source(
        Keithley2400, "keithley2400", prepare_2400, 1e-3, "source_current_range", ("CURR",),
        "SOUR:FUNC CURR;CURR:RANG 1E-2;:SOUR:CURR 5E-3", "SOUR:FUNC VOLT;VOLT 0.5", "SOUR:CURR?",
    ),
    "6221": Source(
        Keithley6221, "keithley6221", prepare_6221, 2e-3, "current_range", (),
        "SOUR:CURR:RANG 2E-2;:SOUR:CURR 5E-3", "", "SOUR:CURR?",
    ),
    "B2962A": Source(
        KeysightB2962A, "b2962a", prepare_b2962a, 1e-3, "ch2_source_current_range", (2, "CURR"),
        "SOUR2:FUNC:MODE CURR;:SOUR2:CURR:RANG 1E-2;:SOUR2:CURR 5E-3", "SOUR2:VOLT 0.5", "SOUR2:CURR?", 2,
    ),
}  # fmt: skip


class Left:
    """A source as somebody left it: off."""

    def __init__(self, source, instrument, monkeypatch):
        self.source, self.instrument = source, instrument
        self.box = instrument.visa_handle.visalib._lines[ADDRESS].box
        self.flowing = []
        self.heeds = lambda message: True
        receive = self.box.receive

        def hear(message):
            reply = receive(message) if self.heeds(message) else None
            self.flowing.append(self.box.output(*source.given))
            return reply

        self.level = lambda: float(NUMBER.search(receive(source.level))[0])
        monkeypatch.setattr(self.box, "receive", hear)

    def prepare(self):
        return self.source.prepare(self.instrument, "A", self.source.span, **self.source.terminal)

    @property
    def range(self):
        known = [*self.instrument.parameters.values()]
        known += [one for part in self.instrument.submodules.values() for one in part.parameters.values()]
        return next(one for one in known if one.full_name == f"box_{self.source.parameter}")()


@pytest.fixture(params=SOURCES)
def left(request, rack_of, monkeypatch):
    source = SOURCES[request.param]
    return Left(source, rack_of({"11": (source.model, source.wired)})(source.driver, "11"), monkeypatch)


def test_a_level_above_the_range_is_gone_before_the_output_is_on(left):
    left.box.receive(left.source.current)
    assert left.level() == 5e-3
    assert left.prepare()() == 0.0
    assert left.range == left.source.span and not any(left.flowing)


def test_so_it_is_where_the_box_ignores_a_range_below_its_level(left):
    left.box.receive(left.source.current)
    # A Keithley 2450 does; none of these boxes' manuals says what happens then.
    left.heeds = lambda message: not RANGE.search(message) or abs(left.level()) < left.source.span
    assert left.prepare()() == 0.0
    assert left.range == left.source.span and not any(left.flowing)


def test_a_level_of_the_other_quantity_is_gone_too(left):
    left.box.receive(left.source.voltage)
    assert left.prepare()() == 0.0
    assert left.range == left.source.span and not any(left.flowing)


def test_a_box_that_does_not_take_its_range_stays_off(left):
    left.box.receive(left.source.current)
    left.heeds = lambda message: not RANGE.search(message)
    with pytest.raises(RunError, match=r"range: must be .* before its output is switched on, found 0\.0"):
        left.prepare()
    switch = left.instrument.ch2.enable if left.source.channel else left.instrument.output
    assert switch() in ("off", False) and not any(left.flowing)

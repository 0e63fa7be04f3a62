"""The sealed line to a box."""

import sys
import threading

import pytest
from qcodes.instrument import Instrument
from qcodes.parameters import DelegateParameter, ManualParameter, Parameter

from valvelab.clock import VirtualClock
from valvelab.drivers import GuardedSource, prepare_gs200
from valvelab.drivers.seal import is_query
from valvelab.drivers.walk import walk
from valvelab.errors import LimitError, RunError

LIMITS = {"unit": "A", "window": (-3e-4, 3e-4), "maximum_step": 2e-5, "ramp_rate": 1e-4, "resolution": 1e-8}


@pytest.fixture
def guard():
    opened = []

    def maker(source, name="coil", clock=None):
        opened.append(GuardedSource(name, source, clock=clock or VirtualClock(), **LIMITS))
        return opened[-1]

    yield maker
    for made in opened:
        made.close()


@pytest.fixture
def sealed(connect, guard):
    box = connect("11")
    parameter = prepare_gs200(box, "A", 1e-3)
    return box, guard(parameter, clock=box.visa_handle.visalib.clock)


COMMANDS = [
    ":SOUR:LEV 1e-3",
    "SOUR:LEV 1e-3;LEV?",
    "*IDN?;:SOUR:LEV 1e-3",
    "*IDN?\n:OUTP 0",
    "*RST",
    "*TRG",
    "*TST?",
    ":CAL:ALL?",
    ":MEAS:CURR?",
    ":PROG:RUN",
    ':SYST:LAB "all?"',
    "SNDT 1,'VOLT 3'",
    "print(smua.reset())",
    "smua.source.levelv = 1",
    "print(1) smua.source.levelv = 1",
    "S1.0E",
]
QUERIES = [
    "*IDN?",
    ":SOUR:LEV?;*ESR?",
    "VOLT? (@1,2)",
    "GETN?2,80",
    "SNDT 1,'VOLT?'",
    "print(smua.source.levelv)",
    "print(smua.measure.i())",
    ":SYST:ERR?\n",
    "\n",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_raw_driver_writes_is_refused_and_never_reaches_the_box(sealed, command):
    box, _ = sealed
    reached = []
    box.visa_handle.visalib.write = lambda session, data: reached.append(data)
    for way in (box.write, box.ask, box.write_raw, box.visa_handle.write, box.visa_handle.query):
        with pytest.raises(LimitError, match="must be moved by its guard alone \\(coil\\)"):
            way(command)
    with pytest.raises(LimitError):
        box.visa_handle.write_raw(command.encode())
    del box.visa_handle.visalib.write
    assert reached == []


@pytest.mark.parametrize("query", QUERIES)
def test_what_only_asks_is_a_query(query):
    assert is_query(query)


def test_queries_stay_free(sealed):
    box, _ = sealed
    assert box.ask("*IDN?;:SOUR:LEV?") == "YOKOGAWA,GS210,91T000001,2.02;+0.00000E+00"


@pytest.mark.parametrize(
    "bypass",
    [
        lambda box: box.current(1e-4),
        lambda box: box.output_level(1e-4),
        lambda box: box.ramp_current(1e-4),
        lambda box: box.output("off"),
        lambda box: box.off(),
        lambda box: box.write(":SOUR:FUNC VOLT"),
        lambda box: box.current_range(1e-2),
        lambda box: box.reset(),
        lambda box: box.program.run(),
        lambda box: box.visa_handle.assert_trigger(),
        lambda box: box.set_address(box.address, "@valve"),
    ],
)
def test_no_way_of_the_driver_leads_past_the_guard(sealed, bypass):
    box, source = sealed
    source.level(2e-4)
    with pytest.raises(LimitError):
        bypass(box)
    assert (box.output(), box.source_mode(), box.current_range()) == ("on", "CURR", 1e-3)
    assert source.level() == pytest.approx(2e-4, rel=1e-6, abs=0)


def test_the_raw_driver_can_be_read_and_put_into_a_snapshot(sealed):
    box, source = sealed
    source.level(2e-4)
    snapshot = box.snapshot(update=True)
    assert snapshot["parameters"]["current"]["value"] == pytest.approx(2e-4, rel=1e-6, abs=0)


def test_closing_the_guard_opens_the_line(sealed):
    box, source = sealed
    names = set(vars(box.visa_handle))
    source.close()
    box.current(1e-4)
    assert box.current() == pytest.approx(1e-4, rel=1e-6, abs=0)
    assert names - set(vars(box.visa_handle)) == {
        "write", "write_raw", "query", "query_ascii_values", "query_binary_values", "assert_trigger",
    }  # fmt: skip


def test_a_wrapper_that_was_put_on_later_stays_and_lets_through(sealed):
    box, source = sealed
    seen, ask = [], box.ask_raw
    box.ask_raw = lambda command: seen.append(command) or ask(command)
    source.close()
    box.current(1e-4)
    assert box.current() == pytest.approx(1e-4, rel=1e-6, abs=0)
    assert seen[-1] == ":SOUR:LEV?"


def test_a_closed_box_does_not_keep_its_guard_from_closing(sealed):
    box, source = sealed
    box.close()
    source.close()


class TwoChannels(Instrument):
    """A box without VISA."""

    def __init__(self, name):
        super().__init__(name)
        for number in (1, 2):
            self.add_parameter(f"current_{number}", ManualParameter, initial_value=0.0)


@pytest.fixture
def two():
    box = TwoChannels("two")
    yield box
    box.close()


def test_guards_of_one_box_share_its_line_and_the_last_one_opens_it(two, guard):
    first, second = guard(two.current_1, "first"), guard(two.current_2, "second")
    assert first.gate.seal is second.gate.seal
    walk([(first.gate, 1e-4), (second.gate, -1e-4)])
    assert (two.current_1(), two.current_2()) == (1e-4, -1e-4)
    first.close()
    two.current_1(1e-3)
    with pytest.raises(LimitError, match="two"):
        two.current_2(1e-3)
    second.close()
    two.current_2(1e-3)


@pytest.mark.parametrize("way", ["set", "set_raw", "__call__"])
def test_a_parameter_without_visa_is_sealed_at_its_root(guard, way):
    root = ManualParameter("root", initial_value=0.0)
    middle = DelegateParameter("middle", source=root, scale=1e3)
    made = guard(DelegateParameter("top", source=middle, scale=1e-3))
    for parameter in (root, middle):
        with pytest.raises(LimitError, match="root"):
            getattr(parameter, way)(1.0)
    made.level(1e-5)
    assert root() == pytest.approx(1e-5, rel=1e-9, abs=0)


def test_a_source_has_one_guard(guard):
    root = ManualParameter("root", initial_value=0.0)
    guard(root, "first")
    with pytest.raises(RunError, match="must be the only guard of root, found first"):
        GuardedSource("second", DelegateParameter("top", source=root), clock=VirtualClock(), **LIMITS)


def test_a_delegate_without_a_source_cannot_be_guarded():
    with pytest.raises(RunError, match="must guard a parameter that leads to a box"):
        GuardedSource("coil", DelegateParameter("top", source=None), clock=VirtualClock(), **LIMITS)


def test_a_background_reader_gets_its_own_answers_while_a_source_moves(sealed):
    box, source = sealed
    answers, ends = [], threading.Event()

    def read():
        while not ends.is_set():
            answers.append(box.ask("*IDN?"))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    reader = threading.Thread(target=read)
    reader.start()
    try:
        for level in (1e-4, 0.0, -1e-4, 0.0):
            source.level(level)
            assert source.level() == pytest.approx(level, rel=1e-6, abs=1e-9)
    finally:
        ends.set()
        reader.join()
        sys.setswitchinterval(interval)
    assert set(answers) == {"YOKOGAWA,GS210,91T000001,2.02"}


def test_a_command_from_another_thread_is_refused_in_the_middle_of_a_move(guard):
    met = []

    def intruding(level):
        def intrude():
            try:
                root.set(1.0)
            except LimitError as error:
                met.append(error)

        thread = threading.Thread(target=intrude)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()

    root = Parameter("root", get_cmd=lambda: 0.0, set_cmd=intruding)
    with pytest.raises(RunError, match="must have arrived"):
        guard(root).level(1e-5)
    assert len(met) == 1

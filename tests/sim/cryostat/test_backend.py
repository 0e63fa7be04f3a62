import pytest
import pyvisa
from pyvisa.constants import StatusCode

from valvelab.configuration import dump_configuration
from valvelab.errors import ConfigurationError
from valvelab.sim.cryostat import Cryostat

COIL = "TCPIP0::192.168.150.11::inst0::INSTR"
METER = "TCPIP0::192.168.150.22::inst0::INSTR"
BRIDGE = "TCPIP0::192.168.150.31::inst0::INSTR"


@pytest.fixture
def manager():
    manager = pyvisa.ResourceManager("@valve")
    yield manager
    manager.close()


def opened(manager, address: str, terminator: str = "\n"):
    return manager.open_resource(address, read_termination=terminator, write_termination=terminator)


def test_the_boxes_of_the_file_are_on_the_bus(manager, cryostat: Cryostat) -> None:
    assert manager.list_resources() == tuple(cryostat.boxes)
    assert manager.list_resources("?*150.2?::?*") == tuple(cryostat.boxes)[3:5]
    assert opened(manager, COIL).query("*IDN?").startswith("YOKOGAWA,GS210")
    assert opened(manager, BRIDGE, "\r\n").query("*IDN?").startswith("LSCI,MODEL372")


def test_an_address_may_be_written_short(manager) -> None:
    assert opened(manager, "TCPIP::192.168.150.22::INSTR").query("*OPC?") == "1"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("TCPIP0::192.168.150.99::inst0::INSTR", StatusCode.error_resource_not_found),
        ("GPIB0::3::INSTR", StatusCode.error_resource_not_found),
    ],
)
def test_nobody_answers_where_no_box_is(manager, address: str, code: StatusCode) -> None:
    with pytest.raises(pyvisa.VisaIOError) as caught:
        manager.open_resource(address)
    assert caught.value.error_code == code


def test_reading_without_a_reply_takes_the_timeout(manager) -> None:
    meter = opened(manager, METER)
    meter.timeout = 3000
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        meter.query("NONSENSE?")
    assert manager.visalib.clock.now() == 3.0
    assert meter.query("SYST:ERR?") == '-113,"Undefined header"'
    meter.timeout = None
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_TMO"):
        meter.read()


def test_an_unread_reply_is_lost_to_the_next_message_and_to_clear(manager) -> None:
    meter = opened(manager, METER)
    meter.write("*IDN?")
    assert meter.query("SYST:ERR?") == '-410,"Query INTERRUPTED"'
    meter.write("*IDN?")
    meter.clear()
    assert meter.query("SYST:ERR?") == '+0,"No error"'


def test_long_replies_come_in_pieces(manager) -> None:
    meter = opened(manager, METER)
    meter.chunk_size = 50
    assert len(meter.query("SAMP:COUN 20;:READ?").split(",")) == 20
    meter.write("*OPC?")
    assert meter.read_bytes(2) == b"1\n"


def test_the_status_byte_can_be_polled_and_a_trigger_sent(manager) -> None:
    meter = opened(manager, METER)
    assert meter.read_stb() == 0
    meter.assert_trigger()
    assert meter.query("SYST:ERR?") == '-211,"Trigger ignored"'


def test_boxes_keep_their_state_while_the_manager_is_open(manager) -> None:
    with opened(manager, COIL) as coil:
        coil.write("OUTP 1;:SOUR:LEV 1E-4")
    again = pyvisa.ResourceManager("@valve")
    assert again is manager
    assert opened(again, COIL).query("OUTP?;:SOUR:LEV?") == "1;+1.00000E-04"


def test_closing_the_manager_ends_the_world_and_the_next_is_the_same_again(manager) -> None:
    def run() -> tuple[list[str], float]:
        manager = pyvisa.ResourceManager("@valve")
        coil, meter = opened(manager, COIL), opened(manager, METER)
        before = meter.query("READ?")
        coil.write("OUTP 1;:SOUR:LEV 1E-4")
        manager.visalib.clock.sleep(100.0)
        readings = [before, meter.query("READ?")]
        end = manager.visalib.clock.now()
        manager.close()
        return readings, end

    manager.close()
    first = run()
    assert first == run()
    assert first[1] == pytest.approx(100.4, rel=1e-6, abs=0)


def test_a_closed_session_is_refused(manager) -> None:
    coil = opened(manager, COIL)
    session = coil.session
    coil.close()
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_INV_OBJECT"):
        manager.visalib.write(session, b"*IDN?\n")
    with pytest.raises(pyvisa.VisaIOError, match="VI_ERROR_INV_OBJECT"):
        manager.visalib.close(session)


def test_a_packaged_cryostat_is_opened_by_its_name() -> None:
    manager = pyvisa.ResourceManager("aalto2026@valve")
    assert opened(manager, COIL).query("*IDN?").startswith("YOKOGAWA,GS210")
    assert str(manager.visalib.library_path) == "aalto2026"
    manager.close()


@pytest.mark.parametrize("name", ["cryostat.yaml", r"C:\lab\my cryostat.yaml", "a@b.yaml"])
def test_a_cryostat_of_ones_own_is_opened_by_its_path(tmp_path, monkeypatch, cryostat, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    boxes = {"GPIB0::7::INSTR": cryostat.boxes[COIL]}
    text = dump_configuration(cryostat.model_copy(update={"boxes": boxes}))
    (tmp_path / name).write_text(text, encoding="utf-8")
    manager = pyvisa.ResourceManager(f"{name}@valve")
    assert manager.list_resources() == ("GPIB0::7::INSTR",)
    manager.close()


@pytest.mark.parametrize(("text", "complaint"), [(None, "cannot be read"), ("schema: other\n", "schema")])
def test_a_file_that_is_no_cryostat_is_named(tmp_path, text: str | None, complaint: str) -> None:
    path = tmp_path / "cryostat.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"cryostat.yaml.*{complaint}"):
        pyvisa.ResourceManager(f"{path}@valve")

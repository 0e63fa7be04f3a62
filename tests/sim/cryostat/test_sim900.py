"""The simulated SIM900: modules behind ports, whose replies wait to be fetched."""

import pytest

from valvelab.sim.cryostat.sim900 import Sim900


@pytest.fixture
def mainframe():
    return Sim900([1, 4])


def test_modules_are_where_they_are(mainframe):
    assert mainframe.receive("CTCR?") == str((1 << 1) + (1 << 4))
    mainframe.receive('SNDT 2,"*IDN?"')
    assert mainframe.receive("NINP? 2") == "0" and mainframe.receive("GETN? 2,80") == "#3000"


def test_replies_wait_at_their_port_until_they_are_fetched(mainframe):
    mainframe.receive('SNDT 1,"VOLT 1.2345;VOLT?"')
    mainframe.receive('SNDT 4,"VOLT?"')
    assert mainframe.receive("NINP? 1") == "7"
    assert mainframe.receive("GETN? 1,3") == "#30031.2" and mainframe.receive("GETN? 1,80") == "#300434\r\n"
    assert mainframe.receive("GETN? 4,80") == "#30070.000\r\n"
    mainframe.receive('SNDT 4,"VOLT?"')
    mainframe.receive("FLSH")
    assert mainframe.receive("NINP? 4") == "0"


def test_a_module_gives_its_voltage_only_while_it_is_on_and_not_beyond_twenty_volts(mainframe):
    module = mainframe.modules[1]
    mainframe.receive('SNDT 1,"VOLT 1.0004"')
    assert module.output() == 0.0
    mainframe.receive('SNDT 1,"OPON"')
    assert module.output() == 1.0
    for refused in ("VOLT 20.1", "VOLT nan", "VOLT", "EXON maybe"):
        mainframe.receive(f'SNDT 1,"{refused}"')
        assert module.output() == 1.0 and module.receive("LEXE?") == "1"
    mainframe.receive('SNDT 1,"EXON OFF"')
    assert module.output() == 0.0 and module.receive("EXON?;BATS?") == "0;1,2,0"


def test_a_reset_of_the_modules_drops_their_voltages_and_a_clear_of_the_bus_does_not(mainframe):
    mainframe.receive('SNDT 1,"VOLT 1;OPON"')
    mainframe.clear()
    assert mainframe.modules[1].output() == 1.0
    mainframe.receive("SRST")
    assert mainframe.modules[1].output() == 0.0


@pytest.mark.parametrize("message", ['SNDT 0,"VOLT?"', "SNDT 1", "GETN? 1.5,3", "NINP? 12", "SNDT 1,VOLT?"])
def test_what_is_no_command_is_an_error(mainframe, message):
    assert mainframe.receive(message) is None and mainframe.errors

import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.rack import build_rack
from valvelab.sim.cryostat.schema import FluxNoise

ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"


def test_what_the_sources_do_is_seen_by_the_voltmeters(quiet_cryostat: Cryostat, clock: VirtualClock) -> None:
    rack = build_rack(quiet_cryostat, clock)
    coil_1, coil_2, heater, source, drain, bridge = (
        rack[ADDRESS.format(number)] for number in (11, 12, 13, 21, 22, 31)
    )
    seen = {(source.receive("READ?"), drain.receive("READ?"))}
    for change in (
        lambda: heater.receive("SOUR:LEV 0.3;:OUTP 1"),
        lambda: coil_1.receive("SOUR:LEV 8E-5;:OUTP 1"),
        lambda: coil_2.receive("SOUR:LEV -5E-6;:OUTP 1"),
        lambda: bridge.receive("SETP 0,0.2;RANGE 0,6;OUTMODE 0,5,6,0,0,0,5"),
        lambda: clock.sleep(600.0),
    ):
        change()
        seen.add((source.receive("READ?"), drain.receive("READ?")))
    assert len(seen) == 6


def test_the_same_conversation_gives_the_same_answers_to_the_last_digit(cryostat: Cryostat) -> None:
    def conversation() -> list[str | None]:
        rack = build_rack(cryostat, VirtualClock())
        rack[ADDRESS.format(13)].receive("SOUR:LEV 0.3;:OUTP 1")
        return [rack[ADDRESS.format(number)].receive("SAMP:COUN 3;:READ?") for number in (21, 22)]

    assert conversation() == conversation()


def test_a_voltage_source_drives_a_coil_through_its_series_resistor(
    quiet_cryostat: Cryostat, clock: VirtualClock
) -> None:
    by_current = build_rack(quiet_cryostat, clock)
    resistor = quiet_cryostat.boxes[ADDRESS.format(11)].model_copy(update={"series_resistance": 5.4e3})
    boxes = quiet_cryostat.boxes | {ADDRESS.format(11): resistor}
    by_voltage = build_rack(quiet_cryostat.model_copy(update={"boxes": boxes}), clock)
    for rack, level in ((by_current, 8e-5), (by_voltage, 8e-5 * 5.4e3)):
        rack[ADDRESS.format(13)].receive("SOUR:LEV 0.3;:OUTP 1")
        rack[ADDRESS.format(11)].receive(f"SOUR:LEV {level};:OUTP 1")
    drains = [float(rack[ADDRESS.format(22)].receive("READ?")) for rack in (by_current, by_voltage)]
    assert drains[0] == pytest.approx(drains[1], rel=1e-8, abs=0)
    assert by_voltage[ADDRESS.format(11)].receive("SOUR:FUNC?") == "VOLT"


def test_a_coil_that_returns_from_above_leaves_another_flux_behind(
    quiet_cryostat: Cryostat, clock: VirtualClock
) -> None:
    noise = FluxNoise.model_construct(hysteresis=5e-3, drift=0.0, jump=0.0, jump_rate=0.0)
    shown = []
    for lagging in (quiet_cryostat, quiet_cryostat.model_copy(update={"flux_noise": noise})):
        for turning in ("0", "2E-5"):
            rack = build_rack(lagging, clock)
            rack[ADDRESS.format(13)].receive("SOUR:LEV 0.3;:OUTP 1")
            coil = rack[ADDRESS.format(11)]
            coil.receive("OUTP 1")
            for level in (turning, "4E-6"):
                coil.receive(f"SOUR:LEV {level}")
            shown.append(rack[ADDRESS.format(22)].receive("READ?"))
    assert shown[0] == shown[1]
    assert len(set(shown)) == 3

"""A QDAC-II by the driver of qcodes-contrib-drivers."""

import pytest

from valvelab.drivers import GuardedSource, prepare_qdac2
from valvelab.errors import LimitError, RunError

driver = pytest.importorskip("qcodes_contrib_drivers.drivers.QDevil.QDAC2", reason="an optional extra")


@pytest.fixture
def box(rack_of):
    """A QDAC-II whose channel 7 supplies the source heater."""
    return rack_of({"13": ("qdac2", {"7": "source_heater"})})(driver.QDac2, "13")


def test_a_channel_at_zero_is_brought_into_its_range(box):
    parameter = prepare_qdac2(box, "V", 2.0, channel=7)
    assert (box.ch07.output_range().lower(), parameter()) == ("low", 0.0)
    parameter(0.3)
    assert prepare_qdac2(box, "V", 2.0, channel=7)() == 0.3


def test_a_channel_at_a_voltage_is_not_moved_to_another_range(box):
    prepare_qdac2(box, "V", 2.0, channel=7)(0.3)
    with pytest.raises(RunError, match=r"found the low range and 0\.3 V"):
        prepare_qdac2(box, "V", 10.0, channel=7)
    for unit, span in (("A", 2.0), ("V", 5.0)):
        with pytest.raises(ValueError, match="sources up to 2 V or 10 V"):
            prepare_qdac2(box, unit, span, channel=7)


def test_behind_a_guard_neither_levels_nor_sweeps_get_past(box):
    source = GuardedSource(
        "source_heater", prepare_qdac2(box, "V", 2.0, channel=7), unit="V", window=(-0.5, 0.5), maximum_step=0.05,
        ramp_rate=0.5, resolution=1e-5, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (0.6, float("nan"), True):
        with pytest.raises(LimitError):
            source.level(level)
    past = (
        lambda: box.ch07.dc_constant_V(0.1),
        lambda: box.ch08.dc_constant_V(5.0),
        lambda: box.ch07.dc_sweep(start_V=0, stop_V=9, points=10),
        lambda: box.ch07.dc_list(voltages=[0, 9]),
    )
    for way in past:
        with pytest.raises(LimitError, match="sent past it"):
            way()
    box.visa_handle.visalib.faults.add(
        kind="front_panel", at="source_heater", command="sour7:volt 0.4", times=1
    )
    source.level(0.123)
    assert source.level() == 0.123
    source.ramp_home()
    source.close()

"""New values in a device file."""

import pytest

from valvelab.device_edit import write_calibrated
from valvelab.errors import ConfigurationError
from valvelab.sim import preset_path

GAP = ("source", "thermometer", "gap")


def test_a_value_and_its_error_are_written_and_all_else_stays(tmp_path):
    target = tmp_path / "new.yaml"
    found = [(GAP, "204.5 ueV", "0.2 ueV"), (("flux", "matrix", 0, 1), "-0.2 Phi0/mA", "0.01 Phi0/mA")]
    device = write_calibrated(preset_path("paper"), target, found, "calibration 7")
    assert device.source.thermometer.gap == pytest.approx(204.5e-6 * 1.602176634e-19, rel=1e-12, abs=0)
    assert device.flux.matrix[0] == pytest.approx((4350.0, -200.0), rel=1e-12, abs=0)
    text = target.read_text(encoding="utf-8")
    assert "gap: 204.5 ueV" in text and "# +- 0.2 ueV, calibration 7" in text
    assert text.startswith("# Table I of arXiv:2401.17469")
    old = write_calibrated(target, tmp_path / "again.yaml", [], "nothing")
    assert old == device


def test_the_source_file_is_not_touched(tmp_path):
    source = tmp_path / "device.yaml"
    source.write_bytes(preset_path("paper").read_bytes())
    write_calibrated(source, tmp_path / "new.yaml", [(GAP, "204.5 ueV", "0.2 ueV")], "x")
    assert source.read_bytes() == preset_path("paper").read_bytes()


def test_a_value_that_the_file_may_not_hold_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="gap"):
        write_calibrated(preset_path("paper"), tmp_path / "new.yaml", [(GAP, "-1 ueV", "0 ueV")], "x")

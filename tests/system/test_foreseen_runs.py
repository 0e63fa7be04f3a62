"""What is foreseen of a run before it begins, and at what price."""

import subprocess
import sys

NARROW = "bias_current: 5 pA, calibration: {lowest: 50 mK, highest: 110 mK, gap_error: 0 ueV, resistance_error: 0 Ohm}}"


def test_a_run_whose_drain_will_leave_its_calibration_is_warned_of_before_it_begins(valvelab, lab):
    folder = lab(device=[("bias_current: 5 pA}", NARROW)], protocol=[("[60 mK, 120 mK]", "[60 mK, 150 mK]")])
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    for options in ((), ("--dry-run",)):
        _, _, errors = valvelab("run", *files, "--out", folder / "run", *options)
        told = " ".join(errors.split())
        assert "Warning: " in told and "drain.thermometer.calibration: must hold wherever the drain" in told
        assert "foreseen for a chip with the rates of the paper's Table I" in told


def test_a_drain_without_a_calibration_loads_no_physics_before_a_run(lab):
    folder = lab()
    code = (
        "import sys; from valvelab import laboratory; laboratory.begin(*sys.argv[1:]);"
        "sys.exit('valvelab.analysis' in sys.modules)"
    )
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml", "run")]
    assert subprocess.run([sys.executable, "-c", code, *map(str, files)], check=False).returncode == 0

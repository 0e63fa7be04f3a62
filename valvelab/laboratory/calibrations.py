"""What becomes of a calibration: a device file with the values that it found, and their errors."""

import json
import math
from pathlib import Path
from typing import Any

from valvelab.provenance import MADE_FROM, made_from, refuse_stale
from valvelab.run_folder import DEVICE, PROTOCOL, RAW_FILE, load_run

from .results import warn_if_incomplete

CALIBRATED, FIGURE = "device-calibrated.yaml", "calibration.png"


def is_calibration(folder: Path) -> bool:
    """Tell whether a folder is that of a calibration run."""
    from valvelab.calibration import Calibration

    return (folder / PROTOCOL).is_file() and isinstance(load_run(folder).protocol, Calibration)


def conclude_calibration(folder: Path) -> dict[str, Any]:
    """Fit the calibration in a run folder; write fit.json, calibration.png and the device file with the new values.

    Returns what ``fit.json`` holds.
    """
    from valvelab.analysis import calibration_figure, calibration_summary, fit_calibration
    from valvelab.dataset import RAW, read_dataset
    from valvelab.device_edit import write_calibrated
    from valvelab.files import write_whole

    run = load_run(folder)
    file = folder / RAW_FILE
    refuse_stale(file)
    raw = read_dataset(file, RAW)
    warn_if_incomplete(raw, folder)
    fit = fit_calibration(raw, run.device, run.protocol)
    known = [one for one in fit.determined if one.place and math.isfinite(one.error)]
    remark = f"valvelab calibrate, {str(raw.attrs.get('utc', ''))[:10] or folder.name}"
    found = [(one.place, one.text, one.texts[1]) for one in known]
    found += [(place, text, "") for place, text in fit.settings]
    write_calibrated(folder / DEVICE, folder / CALIBRATED, found, remark)
    summary = calibration_summary(fit, run.device) | {MADE_FROM: made_from(file, folder / DEVICE)}
    write_whole(folder / "fit.json", json.dumps(summary, indent=2, allow_nan=False) + "\n")
    calibration_figure(fit).savefig(folder / FIGURE, dpi=160)
    return summary

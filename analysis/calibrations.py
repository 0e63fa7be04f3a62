"""Which fit belongs to which calibration."""

from typing import TYPE_CHECKING

from valvelab.calibration import FluxCalibration, HeaterCalibration, ThermometerCalibration
from valvelab.device import Device
from valvelab.errors import KindError
from valvelab.walk import Walk

from .calibration_fit import CalibrationFit
from .flux_calibration import fit_flux
from .heater_calibration import fit_heater
from .thermometer_calibration import fit_thermometers

if TYPE_CHECKING:
    import xarray as xr


def fit_calibration(raw: "xr.Dataset", device: Device, walk: Walk) -> CalibrationFit:
    """Fit the readings of a calibration.

    Parameters
    ----------
    raw
        Its readings.
    device
        What was known before.
    walk
        The calibration, as it stands in the run folder.

    Raises
    ------
    KindError
        If it is a switching protocol.
    """
    if isinstance(walk, ThermometerCalibration):
        return fit_thermometers(raw, device)
    if isinstance(walk, HeaterCalibration):
        return fit_heater(raw, device)
    if isinstance(walk, FluxCalibration):
        return fit_flux(raw, device, walk)
    raise KindError(f"{walk.places.path}: must be a calibration, found a protocol")

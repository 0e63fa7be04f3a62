"""Read what a station is to be walked through: a protocol or a calibration, by its schema."""

from pathlib import Path

from valvelab.calibration import FluxCalibration, HeaterCalibration, ThermometerCalibration
from valvelab.configuration import load_configuration, schema_of
from valvelab.protocol import Protocol
from valvelab.walk import Walk

WALKS: dict[str, type[Walk]] = {
    "valvelab-protocol/1": Protocol,
    "valvelab-thermometer-calibration/1": ThermometerCalibration,
    "valvelab-heater-calibration/1": HeaterCalibration,
    "valvelab-flux-calibration/1": FluxCalibration,
}
"""What may stand in a run folder as ``protocol.yaml``, by schema."""


def load_protocol(path: Path) -> Walk:
    """Read a protocol or a calibration.

    Raises
    ------
    ConfigurationError
        If the file is neither, or wrong.
    """
    return load_configuration(path, WALKS.get(schema_of(path), Protocol))

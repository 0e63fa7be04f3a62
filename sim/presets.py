"""Devices that are known by name."""

from pathlib import Path
from typing import TYPE_CHECKING

from valvelab.errors import ConfigurationError

if TYPE_CHECKING:
    from valvelab.device import Device

PRESETS = ("paper", "aalto2026")


def preset(name: str) -> "Device":
    """Return a device by its name.

    Parameters
    ----------
    name
        ``"paper"``: Table I of arXiv:2401.17469. ``"aalto2026"``: the device of a measured two-coil heat map.

    Raises
    ------
    ConfigurationError
        If there is no device of that name.
    """
    from valvelab.configuration import load_configuration
    from valvelab.device import Device

    return load_configuration(preset_path(name), Device)


def preset_path(name: str) -> Path:
    """Return the device file of a preset, to copy and change.

    Raises
    ------
    ConfigurationError
        If there is no device of that name.
    """
    if name not in PRESETS:
        raise ConfigurationError(f"device preset must be one of {', '.join(PRESETS)}, found '{name}'")
    return Path(__file__).with_name(f"{name}.yaml")

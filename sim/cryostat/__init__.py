"""A cold world that speaks SCPI: islands, junctions and a chip behind the boxes of a real station."""

from .schema import DEFAULT_CRYOSTAT, PRESETS, Cryostat
from .server import serve

__all__ = ["DEFAULT_CRYOSTAT", "PRESETS", "Cryostat", "serve"]

"""Instrument control, simulated cryostat and analysis for the two-qubit Dicke heat valve."""

from pathlib import Path

__version__ = "0.1.0"

# In a checkout the three wings stand beside this package, installed they stand inside it.
if not (Path(__file__).parent / "drivers").is_dir():
    __path__.append(str(Path(__file__).parent.parent))

"""Where PyVISA looks for ``@valve``."""

from valvelab.sim.cryostat.backend import ValveLibrary as WRAPPER_CLASS

__all__ = ["WRAPPER_CLASS"]

"""Where PyVISA looks for ``@valve``."""

from valvelab.sim.cryostat.backend import ValveLibrary  # type: ignore[import-not-found]

WRAPPER_CLASS = ValveLibrary

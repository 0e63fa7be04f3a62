"""Where PyVISA looks for ``@valve``: at the top level, out of reach of the wing's relative imports."""

from importlib import import_module

WRAPPER_CLASS = import_module("valvelab.sim.cryostat.backend").ValveLibrary

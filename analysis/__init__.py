"""From recorded voltages and heat maps to rates, temperatures and enhancements with errors."""

from . import paper
from .enhancement import Enhancement, OperatingPoint, enhancements
from .figures import switching_figure
from .fit_files import fit_dataset, write_fit
from .models import MODELS, Points, Rates
from .reduce import reduce
from .report import write_report
from .summary import summarise
from .switching import SwitchingFit, fit_switching

__all__ = [
    "MODELS",
    "Enhancement",
    "OperatingPoint",
    "Points",
    "Rates",
    "SwitchingFit",
    "enhancements",
    "fit_dataset",
    "fit_switching",
    "paper",
    "reduce",
    "summarise",
    "switching_figure",
    "write_fit",
    "write_report",
]

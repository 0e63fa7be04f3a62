"""From recorded voltages and heat maps to rates, temperatures and enhancements with errors."""

from . import flux_map_files, flux_map_report, flux_map_verdict, flux_map_words, paper
from .assumptions import Assumption, assumptions
from .bootstrap import bootstrap
from .calibration_report import calibration_figure, calibration_summary
from .calibrations import fit_calibration
from .comparison import Ranked, compare_models, rung_name, rung_options, verdict
from .diagnostics import Diagnostics, diagnose
from .enhancement import Enhancement, OperatingPoint, enhancements
from .entries import DIMENSIONS, entry_texts, finite, size_text
from .expected_run import TYPICAL, Assumed, Cell, cells_of, expected_data
from .figures import switching_figure
from .fit_files import fit_dataset, write_fit
from .flux_map import fit_flux_map
from .flux_map_decision import Decision
from .flux_map_figure import flux_map_figure
from .flux_map_files import summarise_map, write_map_fit
from .flux_map_hypotheses import HYPOTHESES, SLOW_HYPOTHESES, Judged, judge_hypotheses
from .flux_map_result import FluxMapFit
from .grid_choice import Aim
from .identifiability import Bias, Identifiability, biases, identify
from .map_data import map_dataset
from .models import (
    COUPLED_MODELS,
    IMPERFECTIONS,
    MODELS,
    PAIR_IMPERFECTIONS,
    PAIR_MODELS,
    QUICK_MODELS,
    RATE_UNITS,
    SLOW_MODELS,
    Points,
    Rates,
)
from .notes import fit_notes, goodness, model_words, table_notes
from .planning import propose
from .posterior import corner_figure, sample_posterior
from .proposal import Proposal
from .read_map import read_map
from .read_powers import read_powers
from .reduce import reduce
from .reduced_arrays import resonator_of, transmons_of
from .report import write_report
from .rung_figure import rung_figure
from .rung_files import write_rungs
from .rung_sweeps import QUANTITIES as RUNG_QUANTITIES
from .rung_sweeps import Place, compare_rungs
from .rungs import RUNGS, Rung, left_out, rungs_sentence
from .searches import watched_searches
from .sinis_iv import SinisIvFit, fit_sinis_iv
from .summary import summarise
from .switching import fit_switching
from .switching_fit import SwitchingFit
from .switching_parameters import BOUNDS
from .table import Table
from .table_axes import KINDS
from .table_demands import axis_text
from .table_evaluation import Cost
from .table_files import read_table
from .table_fits import model_name, table_exactness
from .table_grid import RATES_RANGES, TableGrid
from .table_ranges import grid_of_dataset, grid_of_device
from .table_registry import TABLES
from .tabulate import DEGREE, LONGEST, tabulate
from .transmons import LEVELS, Transmons

__all__ = [
    "BOUNDS",
    "COUPLED_MODELS",
    "DEGREE",
    "DIMENSIONS",
    "HYPOTHESES",
    "IMPERFECTIONS",
    "KINDS",
    "LEVELS",
    "LONGEST",
    "MODELS",
    "PAIR_IMPERFECTIONS",
    "PAIR_MODELS",
    "QUICK_MODELS",
    "RATES_RANGES",
    "RATE_UNITS",
    "RUNGS",
    "RUNG_QUANTITIES",
    "SLOW_HYPOTHESES",
    "SLOW_MODELS",
    "TABLES",
    "TYPICAL",
    "Aim",
    "Assumed",
    "Assumption",
    "Bias",
    "Cell",
    "Cost",
    "Decision",
    "Diagnostics",
    "Enhancement",
    "FluxMapFit",
    "Identifiability",
    "Judged",
    "OperatingPoint",
    "Place",
    "Points",
    "Proposal",
    "Ranked",
    "Rates",
    "Rung",
    "SinisIvFit",
    "SwitchingFit",
    "Table",
    "TableGrid",
    "Transmons",
    "assumptions",
    "axis_text",
    "biases",
    "bootstrap",
    "calibration_figure",
    "calibration_summary",
    "cells_of",
    "compare_models",
    "compare_rungs",
    "corner_figure",
    "diagnose",
    "enhancements",
    "entry_texts",
    "expected_data",
    "finite",
    "fit_calibration",
    "fit_dataset",
    "fit_flux_map",
    "fit_notes",
    "fit_sinis_iv",
    "fit_switching",
    "flux_map_figure",
    "flux_map_files",
    "flux_map_report",
    "flux_map_verdict",
    "flux_map_words",
    "goodness",
    "grid_of_dataset",
    "grid_of_device",
    "identify",
    "judge_hypotheses",
    "left_out",
    "map_dataset",
    "model_name",
    "model_words",
    "paper",
    "propose",
    "read_map",
    "read_powers",
    "read_table",
    "reduce",
    "resonator_of",
    "rung_figure",
    "rung_name",
    "rung_options",
    "rungs_sentence",
    "sample_posterior",
    "size_text",
    "summarise",
    "summarise_map",
    "switching_figure",
    "table_exactness",
    "table_notes",
    "tabulate",
    "transmons_of",
    "verdict",
    "watched_searches",
    "write_fit",
    "write_map_fit",
    "write_report",
    "write_rungs",
]

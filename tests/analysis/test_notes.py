"""What stands beside the numbers of a switching fit."""

import pytest

from valvelab.analysis import fit_notes, goodness, model_words, table_notes

RATIO = {"drain_temperature": 0.12, "drain_warming": 0.01, "value": 1.02}
SUMMARY = {
    "model": "collective",
    "chi_square": 30.61,
    "degrees_of_freedom": 38,
    "parasitic_temperature_limit_95": None,
    "parasitic_temperature_interval_68": None,
    "measured_ratios": [RATIO, RATIO | {"drain_temperature": 0.18, "value": 1.05}],
    "cells": 3,
    "cells_without_ratio": [
        {
            "bath_temperature": 0.12,
            "source_temperature": 0.1123,
            "missing": [],
            "reason": "the singles carry no heat within three errors",
        }
    ],
    "parameters": {"T_p": {"value": 0.0484, "error": 0.0012}},
    "operating_point": {"drain_temperature": 0.096, "stated": True},
    "assumptions": [],
    "validity": {"rungs": "'levels' holds."},
    "levels": None,
    "parity": 1,
    "table": None,
    "at_rest": True,
}
ASYMMETRY = {
    "meaning": "both qubits are equally coupled",
    "units": "1",
    "plausible": 0.05,
    "T_p": {"value": 0.06, "error": 0.01, "units": "K"},
    "enhancement": {"value": 1.12, "error": 0.01},
    "shift": 3.0,
}


def test_of_a_search_that_did_not_come_to_rest_no_interval_is_to_be_quoted():
    limited = SUMMARY | {"parasitic_temperature_limit_95": 0.03, "assumptions": [ASYMMETRY]}
    assert len(fit_notes(limited)["parameters"]) == 2
    assert fit_notes(limited | {"at_rest": False})["parameters"] == []


def test_a_table_says_how_far_its_enhancement_is_off_and_what_it_was_not_asked():
    table = {"model": "resonators", "file": "table.nc", "error": 1e-19, "shift": 0.2}
    told = table_notes(table | {"enhancement_error": 2e-3, "without": ["mismatch", "phase"]})[0]
    assert "off by 0.002 at the operating point. It has no axis of mismatch, phase: what" in told
    told = table_notes(table | {"enhancement_error": None, "without": []})[0]
    assert told.endswith("may move numbers by 0.2 of their errors.") and table_notes(None) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parasitic_temperature_limit_95": 0.03}, "T_p is below 30 mK (95 %"),
        ({"parasitic_temperature_interval_68": [4.239, 8.349]}, "T_p is between 4.24 K and 8.35 K (68 %"),
        ({"parasitic_temperature_interval_68": [4.239, None]}, "T_p is above 4.24 K (68 %"),
        (
            {"assumptions": [ASYMMETRY]},
            "both qubits are equally coupled. If that may be wrong by 5 %, T_p",
        ),
        (
            {"assumptions": [ASYMMETRY | {"shift": 0.2}]},
            "No single assumption moves T_p by more than 0.2 of its error",
        ),
    ],
)
def test_the_first_sentence_beside_the_parameters_is_what_limits_t_p(change, words):
    assert words in fit_notes(SUMMARY | change)["parameters"][0]


def test_the_assumption_that_moves_t_p_most_is_told_and_none_where_none_is_known():
    others = [ASYMMETRY | {"meaning": "it rains", "shift": shift} for shift in (1.0, None)]
    (note,) = fit_notes(SUMMARY | {"assumptions": [*others, ASYMMETRY]})["parameters"]
    assert "equally coupled" in note and "60 mK +- 10 mK" in note
    assert fit_notes(SUMMARY | {"assumptions": others[1:]})["parameters"] == []


@pytest.mark.parametrize("entry", [{"value": 0.0, "error": 66.0}, {"value": 0.02, "error": 0.025}])
def test_a_temperature_within_its_error_is_not_given_as_a_number(entry):
    loose = ASYMMETRY | {"T_p": entry | {"units": "K"}}
    (note,) = fit_notes(SUMMARY | {"assumptions": [loose]})["parameters"]
    assert "T_p is not told from 0 K, and the enhancement of the drain 1.120 +- 0.010" in note


def test_the_enhancement_is_told_apart_from_the_ratios_as_measured():
    (note,) = fit_notes(SUMMARY)["enhancements"]
    for words in ("96 mK", "1.020 to 1.050", "120 mK to 180 mK", "10 mK warmer"):
        assert words in note
    assert fit_notes(SUMMARY | {"measured_ratios": []})["enhancements"] == []
    nowhere = {"operating_point": SUMMARY["operating_point"] | {"stated": False}}
    medians, _ = fit_notes(SUMMARY | nowhere)["enhancements"]
    assert medians.startswith("These temperatures are the medians of those measured")


def test_cells_without_a_ratio_are_counted_and_named():
    (note,) = fit_notes(SUMMARY)["measured_ratios"]
    assert "2 of 3 cells" in note and "bath 120 mK, source 112 mK" in note
    assert fit_notes(SUMMARY | {"cells_without_ratio": []})["measured_ratios"] == []


def test_each_cell_without_a_ratio_says_why():
    (empty,) = SUMMARY["cells_without_ratio"]
    lacking = [
        empty | {"bath_temperature": bath, "missing": ["only_2"], "reason": "only_2 is missing"}
        for bath in (0.06, 0.18)
    ]
    (note,) = fit_notes(SUMMARY | {"cells": 5, "cells_without_ratio": [empty, *lacking]})["measured_ratios"]
    assert "2 of 5 cells have a measured ratio" in note
    assert "Without, as the singles carry no heat within three errors: bath 120 mK, source 112 mK." in note
    assert "Without, as only_2 is missing: bath 60 mK, source 112 mK; bath 180 mK, source 112 mK." in note
    (note,) = fit_notes(SUMMARY | {"cells": 2, "cells_without_ratio": lacking})["measured_ratios"]
    assert note == "No cell has a measured ratio both / (only 1 + only 2): only_2 is missing."


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ([0.0471, 0.0496], "(68 %, from the profile of chi-square)."),
        ([0.0471, 0.0506], "The profile is skew: quote the interval, not the symmetric error."),
        ([0.0471, None], "The profile is skew: quote the interval, not the symmetric error."),
        ([0.0464, 0.0504], "It is not as wide as the symmetric error says: quote the interval."),
    ],
)
def test_a_profile_is_called_skew_only_where_it_is(interval, words):
    (note,) = fit_notes(SUMMARY | {"parasitic_temperature_interval_68": interval})["parameters"]
    assert note.endswith(words)


@pytest.mark.parametrize("entry", [{"value": 0.05, "error": None}, {"value": 0.05, "error": 66.0}])
def test_where_t_p_is_not_determined_nothing_is_said_to_leave_it_alone(entry):
    quiet = {"assumptions": [ASYMMETRY | {"shift": 0.0}], "parameters": {"T_p": entry}}
    assert fit_notes(SUMMARY | quiet)["parameters"] == []


def test_one_degree_of_freedom_is_singular():
    assert goodness(SUMMARY) == "chi-square 30.61 for 38 degrees of freedom"
    assert goodness(SUMMARY | {"degrees_of_freedom": 1}).endswith("1 degree of freedom")


def test_the_model_is_told_with_its_levels_and_its_parity_and_which_rungs_hold():
    assert model_words(SUMMARY) == "model 'collective'"
    assert (
        model_words(SUMMARY | {"model": "levels", "levels": 5, "parity": -1})
        == "model 'levels' of five levels, parity -1"
    )
    assert fit_notes(SUMMARY)["validity"] == [
        "On a chip of transmons with these rates, at the operating point: 'levels' holds."
    ]

import math

import pytest

from valvelab.analysis.paper_claim import Claim, above, below, near


@pytest.mark.parametrize(
    ("stated", "computed", "agrees"),
    [
        (near(13, 0.5, "%"), 12.82, True),
        (near(13, 0.5, "%"), 13.91, False),
        (near(2, 0), 2, True),
        (above(1, "> 1"), 0.999, False),
        (below(0.2, "<< 1"), 0.1, True),
        (near(1, 0.1), math.nan, False),
    ],
)
def test_a_number_agrees_as_the_text_rounds(stated, computed, agrees):
    assert Claim("text", stated, "observable", computed).agrees is agrees


def test_a_claim_is_plain_values_without_infinities():
    claim = Claim("the text", above(10, "> 10 %"), "Q_h", 4.7, "less than that")
    assert claim.as_json() == {
        "statement": "the text",
        "stated": "> 10 %",
        "accepted": [10, None],
        "observable": "Q_h",
        "computed": 4.7,
        "agrees": False,
        "reading": "less than that",
    }
    assert Claim("the text", near(1.42, 0.005), "T_0 / T*", 1.424).as_json()["reading"] is None


def test_a_stated_number_is_written_as_the_text_has_it():
    assert [near(13, 0.5, "%").text, near(-4, 0.5, "%").text, near(1.42, 0.005).text] == [
        "13 %",
        "-4 %",
        "1.42",
    ]

"""Where reference values of the paper's figures may stand, beside the checkout."""

import json
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[3] / "shared/reference/paper_figures.json"
REFERENCE = json.loads(_PATH.read_text(encoding="utf-8")) if _PATH.exists() else {}

needs_reference = pytest.mark.skipif(not REFERENCE, reason="reference values are not beside the checkout")

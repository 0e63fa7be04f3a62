"""The examples in the docstrings run and say what they print."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _modules_with_examples():
    for folder in ("valvelab", "drivers", "sim", "analysis"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if ">>>" in path.read_text(encoding="utf-8"):
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts if parts[0] == "valvelab" else ("valvelab", *parts))


@pytest.mark.parametrize("name", list(_modules_with_examples()))
def test_the_examples_of_a_module_hold(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0

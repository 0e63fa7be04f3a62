"""The house itself: imports go down, starting is quick, the README's commands are the ones that are tested."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WINGS = ("drivers", "sim", "analysis")
GROUND = "valvelab"
ALLOWED = {"drivers": set(), "sim": set(), "analysis": {"sim"}, GROUND: set()}
FACES = {f"valvelab.{wing}" for wing in WINGS}
COMMAND = "valvelab.cli"
TOP = ("cli", "laboratory")
"""The rooms that see every wing: the command, and below it what measurement scripts call."""


def _sources():
    for folder in (GROUND, *WINGS):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path):
    """Yield the absolute module names that a file imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "valvelab")


def _wing(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "valvelab" and len(parts) > 1 and parts[1] in WINGS else None


@pytest.mark.parametrize("path", list(_sources()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_down_and_through_the_face(path):
    room = path.relative_to(ROOT).parts[0]
    in_command = path.is_relative_to(ROOT / GROUND / "cli")
    on_top = any(path.is_relative_to(ROOT / GROUND / name) for name in TOP)
    for module in _imports(path):
        assert module.split(".")[0] not in WINGS, f"{module}: a wing is imported as valvelab.<wing>"
        wing = _wing(module)
        if wing is None:
            assert in_command or not module.startswith(COMMAND), (
                f"{module}: only the command sees the command"
            )
            assert on_top or not module.startswith("valvelab.laboratory"), f"{module}: is not for {room}"
            continue
        if not on_top:
            assert wing in ALLOWED[room], f"{room} must not import {module}"
        deep = module not in FACES and module != "valvelab.sim.cryostat" and module.count(".") > 1
        assert not deep, f"{module}: other rooms import from the face"


def test_relative_imports_stay_in_their_wing():
    for path in _sources():
        depth = len(path.relative_to(ROOT).parts) - 1
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= depth, f"{path}: leaves its wing"


def test_rooms_do_not_import_each_other_in_a_circle():
    graph = {}
    for path in _sources():
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts if parts[0] == GROUND else ("valvelab", *parts))
        package = name.removesuffix(".__init__") if name.endswith("__init__") else name.rpartition(".")[0]
        targets = set()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:  # imports inside functions are made late on purpose
            if isinstance(node, ast.ImportFrom):
                base = package.rsplit(".", node.level - 1)[0] if node.level else None
                module = node.module if base is None else ".".join(filter(None, (base, node.module)))
                targets |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        graph[name.removesuffix(".__init__")] = targets
    graph = {name: targets & graph.keys() - {name} for name, targets in graph.items()}
    faces = {name for name in graph if (ROOT / name.removeprefix("valvelab.").replace(".", "/")).is_dir()}
    done, trail = set(), []

    def visit(name):
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name not in done:
            trail.append(name)
            for target in graph[name] - faces:
                visit(target)
            done.add(trail.pop())

    for name in graph:
        visit(name)


def test_every_folder_of_the_package_is_shipped():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'"([\w.]+)"', text.split("packages = [")[1].split("]")[0]))
    found = {"pyvisa_valve"}
    for path in _sources():
        folder = path.relative_to(ROOT).parent
        if path.name == "__init__.py" and folder.name != "pyvisa_valve":
            parts = folder.parts if folder.parts[0] == GROUND else ("valvelab", *folder.parts)
            found.add(".".join(parts))
    assert named == found


@pytest.mark.parametrize("module", ["valvelab", "valvelab.sim", "valvelab.cli"])
def test_a_light_import_stays_light(module):
    code = f"import {module}, sys; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(result.stdout.split())
    assert not loaded & {
        "qcodes",
        "qutip",
        "lmfit",
        "xarray",
        "matplotlib",
        "scipy",
        "pandas",
        "pydantic",
        "numba",
    }


def test_the_help_of_every_verb_loads_nothing_heavy():
    code = "import sys; from valvelab.cli import group, VERBS\n"
    code += "for verb in VERBS: assert group.get_command(None, verb).help\n"
    code += "print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not set(result.stdout.split()) & {
        "numpy",
        "qcodes",
        "qutip",
        "lmfit",
        "xarray",
        "matplotlib",
        "rich",
    }


def _readme_command(name: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(rf"<!-- command: {name} -->\n```sh\n(.+)\n```", text)
    assert match, f"README.md must hold the {name} command in its block"
    return match[1]


def test_the_readme_installs_and_runs_the_demo_in_one_command():
    venv, install, demo = _readme_command("demo").split(" && ")
    assert venv == "python3 -m venv .venv"
    assert re.fullmatch(r"\.venv/bin/python -m pip install --quiet \.", install)
    assert demo == ".venv/bin/valvelab demo"


def test_the_readme_installs_the_test_extra_and_runs_every_test_in_one_command():
    venv, install, tests = _readme_command("test").split(" && ")
    assert venv == "python3 -m venv .venv"
    assert re.fullmatch(r'\.venv/bin/python -m pip install --quiet --editable "\.\[test\]"', install)
    assert tests == ".venv/bin/python -m pytest"


def test_ci_takes_its_test_command_from_the_readme():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "<!-- command: test -->" in script and "pip install" not in script and "pytest" not in script
    workflow = (ROOT / ".github/workflows/checks.yml").read_text(encoding="utf-8")
    assert "bash .ci/run" in workflow
    for word in ("ubuntu", "macos", "windows", '"3.11"', '"3.12"', '"3.13"'):
        assert word in workflow


def test_every_verb_that_the_readme_names_exists_and_every_verb_is_named():
    from valvelab.cli import VERBS

    named = set(re.findall(r"`valvelab (\w+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named == set(VERBS)


def test_the_python_example_of_the_readme_prints_what_it_says(capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.+?)```", text, re.DOTALL)[1]
    said = float(re.search(r"# (\d\.\d+), over", code)[1])
    exec(compile(code, "README.md", "exec"), {})
    assert float(capsys.readouterr().out) == pytest.approx(said, abs=5e-4)


def test_the_contract_is_there():
    import valvelab.analysis
    import valvelab.sim

    physics = "Bath Resonator HeatCurrents SteadyState collective independent detuned pair"
    fits = "read_map fit_flux_map fit_switching"
    assert set(physics.split()) <= set(valvelab.sim.__all__)
    assert set(fits.split()) <= set(valvelab.analysis.__all__)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_opens_with_one_sentence_and_has_its_decisions_written_down(wing):
    face = ast.parse((ROOT / wing / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(face).count(".") == 1
    assert "## Decisions" in (ROOT / wing / "README.md").read_text(encoding="utf-8")


def test_no_comparison_leans_on_an_absolute_tolerance_that_nobody_chose():
    # pytest.approx accepts a distance of 1e-12 unless told otherwise: for watts and amperes that is everything.
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "approx":
                given = {keyword.arg for keyword in node.keywords}
                assert "abs" in given, f"{path.name}:{node.lineno}: approx without abs="

"""The report: one HTML file that can be mailed, with everything in it that a reader needs to judge the numbers."""

import itertools
from pathlib import Path

from valvelab.configuration import load_configuration
from valvelab.dataset import read_dataset
from valvelab.errors import DataError
from valvelab.files import read_json, write_whole
from valvelab.protocol import Protocol
from valvelab.records import read_journal
from valvelab.run_folder import JOURNAL, STATUS, read_status
from valvelab.run_story import story

from .entries import entry_texts, parasitic_temperature_text, with_error
from .figures import fit_of_source, svg, switching_figure
from .noise_report import noise_figure, noise_summary, residual_figure
from .notes import allowed, fit_notes, goodness, model_words
from .summary import SCHEMA

REPORT = "report.html"


def write_report(folder: Path) -> Path:
    """Write ``report.html`` from what the other verbs left in a run folder, and return its path.

    Raises
    ------
    DataError
        If the fit is missing or damaged.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    summary = read_json(folder / "fit.json", "run 'valvelab fit' first", "repeat 'valvelab fit'")
    if summary.get("schema") != SCHEMA:
        raise DataError(f"{folder / 'fit.json'}: must be of schema {SCHEMA}; repeat 'valvelab fit'")
    fitted = read_dataset(folder / "fit.nc")
    figure = switching_figure(fitted)
    figure.savefig(folder / "switching.png", dpi=160)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["number"] = _number
    environment.filters["texts"] = entry_texts
    environment.filters["allowed"] = allowed
    environment.filters["with_error"] = lambda entry: with_error(entry, " ± ")
    environment.filters["temperature"] = lambda entry: parasitic_temperature_text(entry, " ± ")
    noise, allan = noise_summary(fitted), summary["diagnostics"]["allan"]
    page = environment.get_template("report.html.jinja").render(
        name=folder.resolve().name,
        fit=summary,
        comparison=summary.get("comparison"),
        goodness=goodness(summary),
        model=model_words(summary),
        notes=fit_notes(summary),
        lacking=sum(bool(cell["missing"]) for cell in summary["cells_without_ratio"]),
        left_out=_left_out(folder / "protocol.yaml"),
        run=read_status(folder) if (folder / STATUS).exists() else None,
        story=story(list(read_journal(folder / JOURNAL))) if (folder / JOURNAL).exists() else [],
        figure=svg(figure),
        residual_figure=svg(residual_figure(allan)) if allan["points"] else "",
        noise=noise,
        noise_figure="" if noise is None else svg(noise_figure(fitted)),
        files={path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))},
        direction="out of the source" if fit_of_source(fitted) else "into the drain",
        referred="reference_frequency_1" in fitted,
        invented=(folder / "cryostat.yaml").exists(),
        simulated=any("truth" in entry for entry in summary["parameters"].values()),
    )
    return write_whole(folder / REPORT, page)


def _left_out(file: Path) -> str:
    """Return which cells of the protocol were not measured, empty where it is not known or there are none."""
    if not file.exists():
        return ""
    protocol = load_configuration(file, Protocol)
    pairs = list(itertools.product(protocol.bath_temperatures, protocol.source_temperatures))
    colder = sum(source < bath for bath, source in pairs)
    if not colder:
        return ""
    return (
        f"{colder} of the protocol's {len(pairs)} pairs of bath and source temperature "
        f"{'was' if colder == 1 else 'were'} not measured: a source cannot be colder than the bath."
    )


def _number(value: float | None, digits: int = 5) -> str:
    return "not known" if value is None else f"{value:.{digits}g}"

import re

import numpy as np
import pytest

from valvelab.analysis import paper
from valvelab.analysis.paper_figures import paper_figures
from valvelab.sim import table_1


@pytest.fixture(scope="module")
def figures():
    return paper_figures(paper.paper_curves(table_1()))


def test_there_is_a_figure_for_each_of_the_papers(figures):
    assert {name: len(figure.axes) for name, figure in figures.items()} == {
        "figure-3": 2,
        "figure-4": 4,
        "figure-5": 2,
        "figure-6": 1,
    }


def test_panels_carry_letters_and_every_axis_its_quantity(figures):
    for figure in figures.values():
        letters = [axes.get_title(loc="left") for axes in figure.axes]
        assert letters == (["(a)", "(b)", "(c)", "(d)"][: len(letters)] if len(letters) > 1 else [""])
        for axes in figure.axes:
            assert axes.get_ylabel()
            if axes.get_subplotspec().is_last_row():
                assert axes.get_xlabel()
    left, right = figures["figure-5"].axes
    assert "fW" in left.get_ylabel() and "fW" in right.get_ylabel() and "mK" in right.get_xlabel()


def test_curves_of_a_panel_differ_in_more_than_colour(figures):
    for figure in figures.values():
        for axes in figure.axes:
            shown = [line for line in axes.lines if not line.get_label().startswith("_")]
            looks = [(line.get_marker(), str(line._dash_pattern), line.get_fillstyle()) for line in shown]
            assert len(looks) == len(set(looks))


def test_equation_24_stands_beside_the_currents_where_they_differ(figures):
    for name, panel in (("figure-4", 0), ("figure-4", 2), ("figure-5", 1)):
        labels = figures[name].axes[panel].get_legend_handles_labels()[1]
        assert any("Eq. (24)" in label for label in labels)


@pytest.mark.parametrize("name", ["figure-3", "figure-4", "figure-5", "figure-6"])
def test_no_legend_covers_data_or_leaves_the_figure(figures, name):
    figure = figures[name]
    figure.canvas.draw()
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is None:
            continue
        box = legend.get_window_extent()
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        for line in axes.lines:
            x, y = np.broadcast_arrays(line.get_xdata(), line.get_ydata())
            if x.size < 2 or not re.match(r"(?!_child)", line.get_label()):
                continue
            points = line.get_transform().transform(np.column_stack([x, y]).astype(float))
            inside = (points > box.min).all(axis=1) & (points < box.max).all(axis=1)
            assert not inside.any(), f"{name}: the legend covers {line.get_label()}"

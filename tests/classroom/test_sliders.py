"""Sliders: a still figure everywhere, live ones only for a reader of JupyterLab."""

import pytest

from grc_helpers.classroom.kernel import environment
from grc_helpers.classroom.sliders import SESSION, Slider, explore
from grc_helpers.style import percent

RETENTION = Slider("Rétention", 0.80, 0.5, 0.95, 0.05, percent)


def test_without_a_reader_the_figure_is_drawn_once_as_it_is(monkeypatch):
    monkeypatch.delenv(SESSION, raising=False)
    drawn = []
    explore(lambda **settings: drawn.append(settings), {"retention": RETENTION})
    assert drawn == [{"retention": 0.80}]


def test_a_reader_gets_sliders_in_french_that_redraw(monkeypatch):
    import IPython.display
    import ipywidgets

    monkeypatch.setenv(SESSION, "12_valeur_vie_client.ipynb")
    drawn, shown = [], []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    explore(lambda **settings: drawn.append(settings), {"retention": RETENTION})
    (box,) = shown
    slider = box.children[0]
    assert isinstance(slider, ipywidgets.SelectionSlider) and slider.description == "Rétention"
    assert slider.label == percent(0.80)
    slider.value = 0.9
    assert drawn == [{"retention": 0.80}, {"retention": 0.9}]


@pytest.mark.parametrize("start", [0.80, 0.8123])
def test_a_slider_can_stand_where_it_starts(start):
    values = Slider("Rétention", start, 0.5, 0.95, 0.05, percent).values()
    assert start in values and values == sorted(values) and values[0] == 0.5 and values[-1] == 0.95


def test_building_and_reports_have_no_reader(monkeypatch, tmp_path):
    monkeypatch.setenv(SESSION, "carnet.ipynb")
    assert SESSION not in environment(tmp_path)

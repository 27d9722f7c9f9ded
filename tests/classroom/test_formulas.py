"""Formulas drawn while a page is made."""

import re
import xml.etree.ElementTree as ET

import pytest

from grc_helpers.classroom.formulas import normalise, svg
from grc_helpers.errors import GrcError


def attribute(drawing: str, name: str) -> str:
    return ET.fromstring(drawing).attrib[name]


def size(drawing: str, name: str) -> float:
    return float(attribute(drawing, name).removesuffix("em"))


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\operatorname{Gini}(x)", r"\mathrm{Gini} (x)"),
        (r"\operatorname{Var} X", r"\mathrm{Var}\, X"),
        (r"\operatorname*{arg\,max}_x f", r"\arg\max _x f"),
        (r"\begin{align} a &= b \end{align}", r"\begin{align*} a &= b \end{align*}"),
        (r"\begin{aligned} a \end{aligned}", r"\begin{align*} a \end{align*}"),
        (r"\begin{equation}a = b \tag{1}\end{equation}", r"a = b \qquad (1)"),
    ],
)
def test_what_the_drawing_library_does_badly_is_written_otherwise(tex, expected):
    assert normalise(tex).split() == expected.split()


def test_an_operator_is_drawn_upright_as_roman_text():
    # The same outlines as \mathrm, not the italic ones of variables side by side.
    def outlines(tex):
        return re.findall(r' d="([^"]+)"', svg(tex, inline=True))

    assert outlines(r"\operatorname{Gini}") == outlines(r"\mathrm{Gini}") != outlines("Gini")


def test_numbered_equations_lose_their_numbers():
    assert size(svg(r"\begin{align} a &= b \end{align}", inline=False), "width") == pytest.approx(
        size(svg("a = b", inline=False), "width"), abs=0.6
    )


def test_the_words_of_a_formula_are_its_tex():
    drawing = svg(r"\frac{a}{b}" + "\n + c", inline=True)
    assert attribute(drawing, "role") == "img"
    assert attribute(drawing, "aria-label") == r"\frac{a}{b} + c"


def test_the_baseline_of_a_formula_is_that_of_its_line():
    def below(tex):
        return -float(re.search(r"vertical-align:(-?[\d.]+)em", svg(tex, inline=True))[1])

    assert below("x") == pytest.approx(0, abs=0.08)
    assert below("x") < below("x_i") < below(r"\frac{a}{b}") < size(svg(r"\frac{a}{b}", inline=True), "height") / 1.5


def test_a_formula_has_no_identifier_and_no_address():
    drawing = svg(r"\sum_{i=1}^n x_i^2", inline=False)
    assert " id=" not in drawing and "://" not in drawing and "href" not in drawing


def test_a_decimal_comma_takes_no_space():
    assert size(svg("67,8", inline=True), "width") == size(svg("67{,}8", inline=True), "width")


@pytest.mark.parametrize(("tex", "where"), [(r"\inconnue{x}", r"\inconnue dans"), (r"\frac{a", r"\frac{a")])
def test_a_formula_that_cannot_be_drawn_is_refused(tex, where):
    with pytest.raises(GrcError) as refusal:
        svg(tex, inline=True)
    assert where in refusal.value.where

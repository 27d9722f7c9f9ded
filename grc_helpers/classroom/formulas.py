"""TeX formulas turned into SVG while a report is made, so that a page needs no script to show them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

from grc_helpers.errors import GrcError

DRAWN, EM = 24.0, 22.0  # pixels drawn, and how many make an em of the page: STIX looks small beside sans-serif text
LIMITED = {"argmax": r"\arg\max", "argmin": r"\arg\min"}
ENVIRONMENTS = re.compile(r"\\(begin|end)\{(equation|gather|multline)\*?\}")


def _operator(match: re.Match) -> str:
    name = re.sub(r"\\[,;: ]|\s", "", match["name"])
    gap = r"\," if re.match(r"\s*(\\left|\\[a-zA-Z]|[a-zA-Z0-9])", match.string[match.end() :]) else ""
    return LIMITED.get(name, rf"\mathrm{{{match['name']}}}{gap}") + " "


def normalise(tex: str) -> str:
    r"""Write a formula with what ziamath draws well.

    ``\operatorname`` becomes upright text, numbered environments lose their numbers (nothing refers to them) and
    ``\tag{1}`` becomes ``(1)`` at the end of its line.
    """
    tex = ENVIRONMENTS.sub("", tex.strip())
    tex = re.sub(r"\\(begin|end)\{align(ed)?\*?\}", r"\\\1{align*}", tex)
    tex = re.sub(r"\\(nonumber|notag)\b", "", tex)
    tex = re.sub(r"\\label\{[^}]*\}", "", tex)
    tex = re.sub(r"\\tag\{([^}]*)\}", r"\\qquad (\1)", tex)
    return re.sub(r"\\operatorname\*?\{(?P<name>[^{}]*)\}", _operator, tex)


@cache
def svg(tex: str, *, inline: bool) -> str:
    """Draw a formula.

    Parameters
    ----------
    tex : str
        The formula, without its dollars.
    inline : bool
        In a line of text: small limits, and the baseline of the formula on that of the text.

    Returns
    -------
    str
        An ``<svg>`` element whose sizes are in em, with the TeX as its accessible name.

    Raises
    ------
    GrcError
        When the formula is not understood, or holds an unknown command.
    """
    import ziamath
    from ziamath.tex import tex2mml

    ziamath.config.svg2 = False  # one path a glyph: no identifiers that would clash between formulas
    ziamath.config.decimal_separator = ","
    ziamath.config.math.color = "currentColor"
    try:
        mathml = tex2mml(normalise(tex), inline=inline).replace('rowspacing="3pt"', 'rowspacing="0.5em"')
        formula = ziamath.Math(mathml, size=DRAWN, margin=1)
        unknown = [node.text for node in formula.mathml.iter() if (node.text or "").startswith("\\")]
        drawing = formula.svgxml()
    except Exception as error:  # latex2mathml and ziamath raise whatever their parsers meet
        raise GrcError(
            "Une formule ne peut pas être dessinée.", where=tex.strip(), todo="corrigez son écriture TeX"
        ) from error
    if unknown:
        raise GrcError(
            "Une formule contient une commande TeX inconnue.",
            where=f"{unknown[0]} dans {tex.strip()}",
            todo="remplacez cette commande par une autre",
        )
    del drawing.attrib["xmlns"], drawing.attrib["xmlns:xlink"]
    _, top, width, height = (float(part) for part in drawing.attrib["viewBox"].split())
    drawing.attrib |= {"width": f"{width / EM:.3f}em", "height": f"{height / EM:.3f}em", "role": "img"}
    drawing.attrib |= {"aria-label": " ".join(tex.split()), "class": "formula"}
    if inline:
        drawing.attrib["style"] = f"vertical-align:{-(top + height) / EM:.3f}em"
    return ET.tostring(drawing, encoding="unicode")


def html(tex: str, *, inline: bool) -> str:
    """Return a formula for a page: in its line, or in a block of its own that scrolls when it is too wide."""
    drawing = svg(tex, inline=inline)
    return drawing if inline else f'<div class="formula-block">{drawing}</div>'

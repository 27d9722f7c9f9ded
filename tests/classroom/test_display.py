"""What cells show: escaped, stable from one run to the next, with alternative text."""

import pandas as pd

from grc_helpers.classroom import columns, display, measures
from grc_helpers.style import interval, money, number, percent, typeset


def test_french_numbers():
    assert number(1234.56, 1) == "1\u202f234,6"
    assert number(-0.04, 1) == "0,0"
    assert number(-1200) == "\u22121\u202f200"
    assert number(float("nan")) == "–"
    assert percent(0.6784) == "67,8\u202f%"
    assert money(12.5, "EUR", 2) == "12,50\u202f€"
    assert money(12, "XOF") == "12\u202fXOF"
    assert interval(0.661, 0.695) == "[66,1\u202f; 69,5]\u202f%"


def test_a_table_escapes_what_customers_wrote_and_is_stable():
    frame = pd.DataFrame({"Client": ["<script>alert(1)</script>"], "Achats": [1234.5]})
    first, second = (
        display.table(frame, caption="Essai <b>", formats={"Achats": lambda v: number(v, 1)}) for _ in "ab"
    )
    assert first.html == second.html
    assert "<script>" not in first.html and "&lt;script&gt;" in first.html and "<b>" not in first.html
    assert "1\u202f234,5" in first.html and "1\u202f234,5" in first.text


def test_a_table_writes_intervals_behind_their_column():
    frame = pd.DataFrame({"share": [0.5, float("nan")], "low": [0.25, float("nan")], "high": [0.75, float("nan")]})
    shown = display.table(frame, caption="Essai", intervals={"share": ("low", "high")})
    assert "50,0\u202f% [25,0\u202f%\u202f; 75,0\u202f%]" in shown.text and "50,0\u202f% [25,0" in shown.html
    assert "low" not in shown.text and shown.text.rstrip().endswith("–")


def test_boxes_escape_their_text():
    shown = display.finding("5 < 6 & <i>")
    assert "<i>" not in shown.html and shown.text == "5 < 6 & <i>"


def test_boxes_show_code_as_code():
    shown = display.feedback("check", "00.1", "wrong", "Comptez `len(a < b)`, pas `<i>`.")
    assert "Comptez <code>len(a &lt; b)</code>, pas <code>&lt;i&gt;</code>." in shown.html
    assert "`len(a < b)`" in shown.text


def test_a_figure_carries_its_alternative_text(monkeypatch):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: shown.append((args, kwargs)))
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    display.figure(fig, "Une droite qui monte.")
    (image, options), (caption, _) = shown
    assert image[0]["image/png"].startswith(b"\x89PNG")
    assert options["metadata"]["image/png"]["alt"] == "Une droite qui monte."
    assert "Une droite qui monte." in caption[0].html
    assert not plt.fignum_exists(fig.number)


def test_two_amounts_in_dollars_are_no_formula(monkeypatch):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: None)
    fig, ax = plt.subplots()
    ax.set_title(f"{money(12, 'USD')} puis {money(15, 'USD')}", loc="center")
    ax.set_xlabel(r"$\lambda$")
    display.figure(fig, "Deux montants.")
    assert not ax.title.get_parse_math() and ax.xaxis.label.get_parse_math()


def test_axes_lend_their_title_to_the_alternative_text(monkeypatch):
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: shown.append(kwargs))
    ax = plt.subplots()[1]
    ax.set_title("Cela monte", loc="left")
    display.figure(ax, "Une droite.")
    assert shown[0]["metadata"]["image/png"]["alt"] == "Cela monte. Une droite."


def test_french_typography_spares_code_and_formulas():
    typed = "Est-ce « 5 % » ; oui : `a : b` et $x : y ; z$ ! À 5 % près"
    assert typeset(typed) == (
        "Est-ce «\u00a05\u202f%\u00a0»\u202f; oui\u00a0: `a : b` et $x : y ; z$\u202f! À 5\u202f% près"
    )
    assert typeset("| a | b |\n| :-- | --: |") == "| a | b |\n| :-- | --: |"
    assert typeset(typeset(typed)) == typeset(typed)


def test_dollars_are_amounts_not_formulas():
    table = display.table(pd.DataFrame({"Client": ["$x^2$"]}), caption="En $", note="5 $")
    for shown in (display.finding("12 $ ; 3 $"), table, display.box("essai", "red", "a", ["1 $"], {})):
        opened = [tag for tag in shown.html.split("<") if "grc-" in tag]
        assert opened and all("mathjax_ignore" in tag for tag in opened)


def test_a_column_has_one_label():
    parts = (columns.TEXTS, columns.AMOUNTS, measures.SHARES, measures.NUMBERS)
    assert sum(len(part) for part in parts) == len(columns.LABELS)

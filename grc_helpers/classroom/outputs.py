"""What cells displayed, made safe and readable for a page: text stays text, tables and figures get their marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from grc_helpers.classroom.display import MIME
from grc_helpers.classroom.pseudonyms import PATTERN, pseudonym
from grc_helpers.classroom.small_groups import HIDDEN
from grc_helpers.classroom.verdicts import FOUND, NOT_FOUND, UNDECIDABLE

TAGS = ["a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "em", "i", "li"]
TAGS += ["ol", "p", "pre", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th"]
TAGS += ["thead", "tr", "u", "ul"]
ATTRIBUTES = {"a": ["href"], "*": ["class", "title"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan"]}
IDENTIFIER_HEADINGS = {"client", "customer_id", "identifiant", "foyer", "ménage", "household_id"}
AMOUNT = r"[−+\-]?\s*[\d\s\u00a0\u202f.,]*\d[\s\u00a0\u202f]*(%|pts?|[A-Z]{3}|[^\w\s]{0,2}( CA)?)"
NUMERIC = re.compile(rf"{AMOUNT}|[–-]|{HIDDEN}|")
INTERVAL = re.compile(r"\[[^\[\];]+;[^\[\];]+\]")
OUTCOMES = {FOUND: "found", NOT_FOUND: "not-found", UNDECIDABLE: "undecidable"}
LABEL = re.compile(r"^(Affirmation\s\([^)]*\)|Données|Mesure|Pourquoi|Ce\squi\strancherait|Publié|Il\smanque)\s:\s")
CAPTION = re.compile(r'<p class="grc-caption[^"]*">(.*)</p>', re.S)


def no_page(link: str, title: str) -> None:
    """Say that a page has no other beside it: links become text."""


def to_html(outputs: list, key: str, page: Callable[[str, str], str | None] = no_page) -> list[str]:
    """Return the outputs of one cell as HTML, in order; a figure takes the caption that follows it.

    Parameters
    ----------
    outputs : list of NotebookNode
        As executed. Errors, warnings and scripts are left out.
    key : str
        Key of the pseudonyms.
    page : callable
        From where a link leads in the notebook, and its title, to where it leads from the page; None for nowhere.
    """
    pieces: list[str] = []
    for output in outputs:
        piece = _one(output, key, page)
        caption = CAPTION.fullmatch(piece)
        if caption and pieces and pieces[-1].endswith("</figure>"):
            pieces[-1] = pieces[-1].removesuffix("</figure>") + f"<figcaption>{caption[1]}</figcaption></figure>"
        elif piece:
            pieces.append(piece)
    return pieces


def records(nb) -> list[dict]:
    """Return the JSON records (verdicts, key figures…) that the cells of a notebook displayed."""
    outputs = (output for cell in nb.cells if cell.cell_type == "code" for output in cell.outputs)
    return [output.data[MIME] for output in outputs if MIME in output.get("data", {})]


def _one(output, key: str, page: Callable) -> str:
    from nbconvert.filters import strip_ansi

    if output.output_type == "stream":
        return f"<pre>{escape(strip_ansi(output.text).rstrip())}</pre>" if output.name == "stdout" else ""
    if output.output_type == "error":
        return ""
    data, record = output.data, output.data.get(MIME, {})
    if record.get("type") == "cover":
        return ""
    if "image/png" in data:
        return _figure(data["image/png"], output.metadata.get("image/png", {}))
    if "text/html" in data:
        return _improve(_safe(data["text/html"]), record, key, page)
    return f"<pre>{escape(strip_ansi(data['text/plain']))}</pre>" if "text/plain" in data else ""


def _figure(png: str, metadata: dict) -> str:
    sizes = "".join(f' {name}="{int(metadata[name])}"' for name in ("width", "height") if name in metadata)
    words = escape(metadata.get("alt", "Figure sans texte de remplacement"))
    return f'<figure><img src="data:image/png;base64,{"".join(png.split())}" alt="{words}"{sizes}></figure>'


def _safe(html: str) -> str:
    """Keep the tags and attributes that a page needs; every other tag becomes text."""
    from nbconvert.preprocessors.sanitize import SanitizeHTML

    html = re.sub(r"<style\b.*?</style>", "", html, flags=re.S | re.I)
    html = re.sub(r"<(/?)h[1-6]\b", r"<\1p", html, flags=re.I)
    return SanitizeHTML(tags=TAGS, attributes=ATTRIBUTES).sanitize_html_tags(html).strip()


def _improve(html: str, record: dict, key: str, page: Callable) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    for link in soup.find_all("a"):
        words = link.attrs.get("title", "")
        target = page(link.attrs.get("href", ""), words)
        link.attrs = {"href": target} | ({"title": words} if words else {}) if target else {}
    for table in soup.find_all("table"):
        _mark_table(table, key)
        table.wrap(soup.new_tag("div", attrs={"class": "table-wrap"}))
    box = soup.find("div", class_=re.compile("^grc-"))
    if box:
        _mark_box(soup, box, record)
    return str(soup)


def _mark_table(table, key: str) -> None:
    """Align numbers, keep intervals on one line, replace identifiers by pseudonyms, drop the Styler's own marks."""
    from bs4 import BeautifulSoup

    rows = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
    for cell in (cell for row in rows for cell in row):
        del cell["class"]
        if cell.name == "th":
            cell["scope"] = "col" if cell.find_parent("thead") else "row"
    for column in zip(*rows, strict=False) if len({len(row) for row in rows}) == 1 else []:
        heads = [cell for cell in column if cell.get("scope") == "col"]
        body = [cell for cell in column if cell.get("scope") != "col"]
        if any(cell.get_text(strip=True).casefold() in IDENTIFIER_HEADINGS for cell in heads):
            for cell in body:
                text = cell.get_text()
                cell["class"] = "customer"
                cell.string = text if not key or PATTERN.fullmatch(text) else pseudonym(text, key)
        elif _is_numeric([cell.get_text(strip=True) for cell in body]):
            for cell in column:
                cell["class"] = "number"
    for text in [text for text in table.find_all(string=INTERVAL) if text.parent.name == "td"]:
        marked = INTERVAL.sub(r'<span class="interval">\g<0></span>', escape(text))
        text.replace_with(BeautifulSoup(marked, "html.parser"))


def _is_numeric(texts: list[str]) -> bool:
    return any(texts) and all(NUMERIC.fullmatch(text) for text in texts)


def _mark_box(soup, box, record: dict) -> None:
    """Mark a box's title, the outcome of a verdict and the labels of its lines."""
    title, *lines = box.find_all("p")
    title["class"] = "grc-title"
    if record.get("type") == "verdict":
        box["class"] = ["grc-verdict", OUTCOMES[record["outcome"]]]
        badge = soup.new_tag("span", attrs={"class": "badge"})
        badge.string = record["outcome"]
        title.clear()
        title.extend([badge, f" Verdict {record['notion']}"])
    if record.get("agrees") is False:
        box["class"] = ["grc-oracle", "not-found"]
    for line in lines:
        if found := LABEL.match(line.get_text()):
            label = soup.new_tag("span", attrs={"class": "label"})
            label.string = f"{found[1]}\u00a0: "
            rest = line.get_text()[found.end() :]
            line.clear()
            line.extend([label, rest])

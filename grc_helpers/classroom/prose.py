"""The markdown of a notebook as HTML for a page: formulas drawn, headings in order, no address to fetch."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path

from grc_helpers.classroom import formulas

ADVANCED_PREFIX = re.compile(r"Approfondissement[\s\u00a0\u202f]*:[\s\u00a0\u202f]*(\w)")


@dataclass(frozen=True)
class Heading:
    """A heading of the page: its depth (2, 3…), anchor, HTML, and the level of study of its section."""

    depth: int
    anchor: str
    html: str
    study: str


@dataclass
class Outline:
    """The headings met so far, which gives each new one its anchor and a depth without jumps."""

    study: str = ""
    headings: list[Heading] = field(default_factory=list)

    def add(self, html: str, depth: int) -> Heading:
        """Record a heading; the page's only ``<h1>`` is its title, so those of the text start at 2."""
        deepest = self.headings[-1].depth + 1 if self.headings else 2
        anchor = anchor_of(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", html, flags=re.S)))
        taken = {heading.anchor for heading in self.headings}
        anchor = next(a for n in range(1, len(taken) + 2) if (a := anchor if n == 1 else f"{anchor}-{n}") not in taken)
        label = ADVANCED_PREFIX.sub(lambda found: found[1].upper(), html)
        self.headings.append(Heading(min(max(depth, 2), deepest), anchor, label, self.study))
        return self.headings[-1]


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading: its text in lower case without accents, with hyphens."""
    folded = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-") or "section"


def markdown_to_html(source: str, outline: Outline, folder: Path) -> str:
    """Return a markdown cell as HTML.

    Parameters
    ----------
    source : str
        The cell's text.
    outline : Outline
        Takes the cell's headings; the first-level one is left out, since the cover bears the title.
    folder : Path
        Where local images are looked for, to be put into the page.
    """
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class PageRenderer(IPythonRenderer):
        def inline_math(self, body: str) -> str:
            return formulas.html(body, inline=True)

        def block_math(self, body: str) -> str:
            return formulas.html(body, inline=False)

        def latex_environment(self, name: str, body: str) -> str:
            return formulas.html(rf"\begin{{{name}}}{body}\end{{{name}}}", inline=False)

        def heading(self, text: str, level: int, **attrs) -> str:
            if level == 1:
                return ""
            heading = outline.add(text, level)
            mark = study_mark(heading) if heading.depth == 2 and heading.study == "approfondissement" else ""
            return f'<h{heading.depth} id="{heading.anchor}">{heading.html}{mark}</h{heading.depth}>\n'

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return _written_out(text, url) if ":" in url else super().link(text, url, title)

    renderer = PageRenderer(escape=False, embed_images=True, path=str(folder), exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(source)


def study_mark(heading: Heading) -> str:
    """Return the mark that says whether a section is for every student."""
    return f' <span class="study {heading.study}">{heading.study}</span>' if heading.study else ""


def _written_out(text: str, url: str) -> str:
    """Return a link as text with its address: a page must neither fetch nor hide where something is."""
    bare = escape(re.sub(r"^(https?://|mailto:)", "", unescape(url)).rstrip("/"))
    return bare if unescape(text).rstrip("/") in (url.rstrip("/"), unescape(bare)) else f"{text} ({bare})"

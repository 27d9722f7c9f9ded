"""Pages as PDF, and what is said when nothing can write them."""

import re
import shutil
import sys
import zlib

import pytest

from grc_helpers.classroom import pdf
from grc_helpers.errors import GrcError

PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Un titre</title>
<style>h2 { break-before: page; }</style></head>
<body><h1>Un</h1><p>Été</p><h2>Deux</h2><p>Suite</p></body></html>"""
BROWSER = next(filter(None, map(shutil.which, pdf.BROWSERS)), None)
TOOLS = [
    pytest.param(
        "weasyprint",
        marks=pytest.mark.skipif(not pdf._pango_is_there(), reason="Pango absent : apt install libpango-1.0-0"),
    ),
    pytest.param(BROWSER, marks=pytest.mark.skipif(not BROWSER, reason="pas de Chromium : apt install chromium")),
]


def opened(content: bytes) -> bytes:
    """Return a PDF with its compressed streams opened."""
    parts = [content]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:  # a stream that is not compressed, already in the first part
            continue
    return b"\n".join(parts)


@pytest.mark.parametrize("tool", TOOLS, ids=["weasyprint", "chromium"])
def test_a_pdf_has_pages_a_title_a_language_and_bookmarks(tool):
    content = pdf.to_pdf(PAGE, tool)
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    inside = opened(content)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", inside)) == 2
    assert re.search(rb"/Lang\s*\(fr\)", inside)
    assert re.search(rb"/Title\s*(\(Un titre\)|<FEFF0055006E)", inside, re.I)
    assert b"/Outlines" in inside and re.search(rb"/Title\s*(\(Deux\)|<FEFF0044006500750078>)", inside, re.I)


def test_weasyprint_comes_before_a_browser(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(pdf, "_pango_is_there", lambda: True)
    assert pdf.printer() == "weasyprint"
    monkeypatch.setattr(pdf, "_pango_is_there", lambda: False)
    assert pdf.printer() == "/usr/bin/chromium"


def test_without_pango_the_import_fails_and_we_know(monkeypatch):
    class NoPango:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    assert not pdf._pango_is_there()


def test_when_nothing_can_write_a_pdf_the_command_that_helps_is_told_before_anything_runs(grc, monkeypatch, tmp_path):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    monkeypatch.setattr(pdf, "_pango_is_there", lambda: False)
    status, said = grc("report", "90", "--pdf", "--out", str(tmp_path / "rapports"))
    assert status == 2
    assert "apt install libpango-1.0-0" in said and "brew install pango" in said
    assert not (tmp_path / "rapports").exists()


def test_a_browser_that_fails_is_told(tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    with pytest.raises(GrcError, match="Le navigateur n'a pas pu"):
        pdf.to_pdf(PAGE, str(broken))
    broken.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(GrcError, match="Le PDF n'a pas pu"):
        pdf.to_pdf(PAGE, str(broken))


@pytest.mark.skipif(not pdf._pango_is_there(), reason="Pango absent : apt install libpango-1.0-0")
def test_weasyprint_fetches_nothing_outside_the_page(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("h1 { break-after: page; }")
    plain = pdf.to_pdf(PAGE, "weasyprint")
    linked = pdf.to_pdf(
        PAGE.replace("</head>", f'<link rel="stylesheet" href="{secret.as_uri()}"></head>'), "weasyprint"
    )
    pages = [len(re.findall(rb"/Type\s*/Page\b(?!s)", opened(content))) for content in (plain, linked)]
    assert pages[0] == pages[1]

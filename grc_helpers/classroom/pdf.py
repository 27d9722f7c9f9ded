"""A page as PDF, from the same HTML: WeasyPrint when the system has Pango, else a Chromium that is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from grc_helpers.errors import GrcError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIME_LIMIT = 120  # seconds for a browser to print one page


def printer() -> str:
    """Return what will make the PDFs: ``"weasyprint"`` or the path of a browser.

    Raises
    ------
    GrcError
        When there is neither, with the command that brings one.
    """
    if _pango_is_there():
        return "weasyprint"
    if browser := next(filter(None, map(shutil.which, BROWSERS)), None):
        return browser
    raise GrcError(
        "Il manque de quoi écrire un PDF : ni la bibliothèque Pango, ni Chromium ne sont installés.",
        todo="sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0   (Debian, Ubuntu)\n"
        "ou : brew install pango   (macOS)\n"
        "ou : installez Chromium ou Google Chrome ; ou encore, relancez sans --pdf : les pages HTML s'impriment",
    )


def to_pdf(html: str, tool: str) -> bytes:
    """Return a page as PDF, with its title, language and bookmarks.

    Parameters
    ----------
    html : str
        A self-contained page.
    tool : str
        What `printer` returned.
    """
    content = _weasyprint(html) if tool == "weasyprint" else _browser(html, tool)
    if not content.startswith(b"%PDF-"):
        raise GrcError("Le PDF n'a pas pu être écrit.", where=tool, todo="relancez sans --pdf, imprimez la page HTML")
    return content


def _pango_is_there() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:  # raised when the system's libraries are missing
        return False
    return True


def _weasyprint(html: str) -> bytes:
    import logging

    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf(pdf_tags=True)


def _browser(html: str, path: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="grc-") as folder:
        page, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--export-tagged-pdf"]
        options += ["--generate-pdf-document-outline", f"--user-data-dir={folder}/profil", f"--print-to-pdf={target}"]
        try:
            subprocess.run([path, *options, page.as_uri()], check=True, capture_output=True, timeout=TIME_LIMIT)
        except (subprocess.SubprocessError, OSError) as error:
            raise GrcError(
                "Le navigateur n'a pas pu écrire le PDF.",
                where=f"{path} : {error}",
                todo="installez Pango (sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
            ) from error
        return target.read_bytes() if target.is_file() else b""

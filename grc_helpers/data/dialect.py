"""How a text file is written: its encoding and its separator, found or stated, never guessed."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from grc_helpers.data.headers import fits
from grc_helpers.data.kinds import ANSWER, Kind
from grc_helpers.data.refusals import FileRefused
from grc_helpers.data.settings import Settings
from grc_helpers.style import number

CHUNK = 1 << 20
SAMPLE_ROWS = 40
SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows occidental (cp1252)", "utf-16": "UTF-16"}
# Bytes that Windows-1252 leaves undefined, or uses for signs that French files do not have but that are accented
# letters in Mac or DOS encodings: a file with them may be in any of these.
DOUBTFUL = re.compile(rb"[\x81-\x84\x86-\x8b\x8d-\x90\x98\x9d\x9e]")
CLEAR = DOUBTFUL.sub(b"", bytes(range(256)))
UTF8_LETTER = re.compile(rb"[\xc3\xc2][\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac")
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAY_ENCODING = "dites-le : --set fichier.encodage=cp1252 (Windows), mac-roman, cp850 (DOS) ou utf-8"
MAGIC = {b"PK\x03\x04": "un classeur Excel (ou un fichier zip)", b"PAR1": "un fichier Parquet"}
MAGIC |= {b"\xd0\xcf\x11\xe0": "un ancien classeur Excel (.xls)", b"%PDF": "un PDF"}


def find_encoding(path: Path, settings: Settings) -> tuple[str, str]:
    """Return the encoding of a text file, for Python, and its French name; the whole file is read once.

    Raises
    ------
    FileRefused
        Not a text, two encodings in one file, bytes that several encodings read differently, or bytes that the
        stated encoding does not have.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            raise FileRefused(
                f"Le fichier « {path.name} » n'est pas un texte : c'est {kind}.",
                todo="donnez-lui l'extension de son format, ou enregistrez-le en CSV",
            )
    stated = settings["fichier.encodage"]
    bom = next(
        (mark for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) if head.startswith(mark)), b""
    )
    found = stated or ("utf-16" if len(bom) == 2 else "utf-8")
    used = "utf-8-sig" if found == "utf-8" else found
    failure = _decoding_failure(path, used)
    if failure is None:
        return used, ENCODINGS.get(found, found) + (" avec marque d'ordre (BOM)" if len(bom) == 3 else "")
    if stated or bom:
        raise FileRefused(
            f"Le fichier « {path.name} » n'est pas écrit en {ENCODINGS.get(found, found)} de bout en bout.",
            where=f"caractères illisibles à la ligne {failure}",
            todo="corrigez ces lignes, ou changez « fichier.encodage » dans ses réglages",
        )
    return _find_older_encoding(path)


def _find_older_encoding(path: Path) -> tuple[str, str]:
    """Decide on a file that is not UTF-8: cp1252 when nothing in it says otherwise."""
    suspect = zeros = False
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text, tail = tail + chunk, chunk[-2:]
            zeros = zeros or b"\0" in chunk
            suspect = suspect or bool(chunk.translate(None, CLEAR)) or bool(UTF8_LETTER.search(text))
    mixed, doubtful = _suspect_lines(path) if suspect and not zeros else ([], [])
    if zeros:
        raise FileRefused(f"Le fichier « {path.name} » n'est pas un texte.", todo="enregistrez-le en CSV UTF-8")
    if mixed:
        raise FileRefused(
            f"Le fichier « {path.name} » mélange deux encodages : UTF-8 et un autre.",
            where=_lines("lignes en UTF-8", mixed),
            todo="refaites l'export d'un seul tenant, au format « CSV UTF-8 »",
        )
    if doubtful:
        raise FileRefused(
            f"L'encodage du fichier « {path.name} » est incertain : ses accents se liraient de plusieurs façons.",
            where=_lines("lignes en cause", doubtful),
            todo=SAY_ENCODING,
        )
    return "cp1252", ENCODINGS["cp1252"]


def _suspect_lines(path: Path) -> tuple[list[int], list[int]]:
    """Return the lines that hold letters in UTF-8, and those that hold doubtful bytes."""
    mixed, doubtful = [], []
    with path.open(encoding="latin-1", newline="") as file:  # a byte a sign, any line end
        for line, text in enumerate((text.encode("latin-1") for text in file), start=1):
            mixed += [line] if UTF8_LETTER.search(text) else []
            doubtful += [line] if DOUBTFUL.search(UTF8_LETTER.sub(b"", text)) else []
    return mixed, doubtful


def _lines(what: str, lines: list[int]) -> str:
    more = "…" if len(lines) > 5 else ""
    return f"{what} : {number(len(lines))}, ligne{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:5]))}{more}"


def _decoding_failure(path: Path, encoding: str) -> int | None:
    """Return the line where a file stops being in an encoding, or None."""
    decoder, line, last = codecs.getincrementaldecoder(encoding)(), 1, ""
    with path.open("rb") as file:
        while True:
            chunk, before = file.read(CHUNK), decoder.getstate()
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                readable = max(error.start - (len(error.object) - len(chunk)), 0)
                decoder.setstate(before)
                return line + _line_ends(last, decoder.decode(chunk[:readable]))
            if "\0" in text:
                return line + _line_ends(last, text[: text.index("\0")])
            line += _line_ends(last, text)
            if not chunk:
                return None
            last = text[-1:]


def _line_ends(last: str, text: str) -> int:
    """Count the line ends of a text (any of the three) that follows a sign."""
    within = text.count("\n") + text.count("\r") - text.count("\r\n")
    return within - (last == "\r" and text.startswith("\n"))


def sample(path: Path, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first rows of a file, cut by a separator, with their line numbers."""
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(CHUNK // 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    for _ in range(SAMPLE_ROWS):
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = []
        yield start, [cell.strip() for cell in row]
        start = reader.line_num + 1


def trimmed(row: list[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    while row and not row[-1]:
        row = row[:-1]
    return row


def find_header(path: Path, encoding: str, settings: Settings, kind: Kind) -> tuple[str, int, list[str]]:
    """Return the separator of a file, the line of its columns' names, and these names.

    The separator is the one that gives a row with a column for each role; when none does, the most frequent one in
    the first row that has several cells (for the message that says what is missing).
    """
    stated = settings["fichier.separateur"]
    separators = [stated] if stated else list(SEPARATORS)
    asked = settings["fichier.ligne_des_noms"]
    fitting, widest = [], (0, separators[0], 1, [])
    for separator in separators:
        rows = [(line, trimmed(row)) for line, row in sample(path, encoding, separator)]
        rows = [(line, row) for line, row in rows if row and asked in (None, line)]
        fitting += [(separator, line, row) for line, row in rows if fits(row, settings, kind)][:1]
        first = next(((line, row) for line, row in rows if len(row) > 1), None) or next(iter(rows), None)
        if first and len(first[1]) > widest[0]:
            widest = (len(first[1]), separator, *first)
    if kind.of(ANSWER):  # any cell with a scale fits, even the whole line under another separator
        most = max((len(row) for *_, row in fitting), default=0)
        fitting = [found for found in fitting if len(found[2]) == most]
        fitting = fitting[:1] if most == 1 else fitting
    if len(fitting) > 1:
        choices = ", ".join(SEPARATORS[separator] for separator, *_ in fitting)
        raise FileRefused(
            f"Le séparateur des colonnes du fichier « {path.name} » est incertain.",
            where=f"plusieurs conviennent : {choices}",
            todo='dites lequel : --set fichier.separateur=";" (ou ",", "|", tab)',
        )
    if asked and not widest[0]:
        raise FileRefused(
            f"La ligne {asked} du fichier « {path.name} » ne nomme pas les colonnes.",
            where=f"elle est vide, ou après les {SAMPLE_ROWS} premières lignes",
            todo="corrigez « fichier.ligne_des_noms » dans ses réglages",
        )
    return fitting[0] if fitting else widest[1:]

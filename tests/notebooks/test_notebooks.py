"""The rules that every stored notebook follows, and a proof that each rule sees its fault."""

import ast
import getpass
import json
import re
from pathlib import Path

import nbformat
import pytest

from grc_helpers.classroom import build
from grc_helpers.classroom.chapter import Chapter
from grc_helpers.classroom.edition import strip
from grc_helpers.classroom.spec import list_specs

SPECS = list_specs()
SHOWN_LAST = {"cover", "table", "finding", "key_figure", "verdict", "undecidable", "oracle", "not_applicable"}
SHOWN_LAST |= {"check", "quiz", "fiche", "write_fiches"}
SILENT = {"course", "money", "require"}
LEVELS = {"socle", "approfondissement"}
NOTION = re.compile(r"[A-N]\d{1,2}[a-g]?")
FOLDERS = "home|Users|root|tmp|var|opt|mnt|private"
PATHS = re.compile(rf"(?<![\w.:/])/(?:{FOLDERS})/|\b[A-Za-z]:\\\\?\w|site-packages|ipykernel_\d")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,}")
IMAGES = re.compile(r"!\[(?P<alt>[^\]]*)\]\(|<img(?P<tag>[^>]*)>")


def read(spec):
    """Return a stored notebook."""
    return nbformat.read(spec.path, as_version=4)


def codes(notebook):
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def start(cell):
    """Return how a cell is named in a message."""
    return next((line for line in cell.source.splitlines() if line.strip()), "(vide)")[:70]


def headings(cell):
    """Return the (level, title) of a markdown cell's headings, code blocks apart."""
    if cell.cell_type != "markdown":
        return []
    prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.S | re.M)
    return [(len(marks), title) for marks, title in re.findall(r"^(#{1,6}) +(.+)$", prose, re.M)]


def chapter_call(node):
    """Return the method's name if a statement is a call ``chapter.name(…)``, else None."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and getattr(function.value, "id", None) == "chapter":
            return function.attr
    return None


def strings(value):
    """Return every string in an output, base64 pictures apart."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, part in value.items() if key != "image/png" for text in strings(part)]
    return [text for part in value for text in strings(part)] if isinstance(value, list) else []


# The rules: each takes a notebook and its specification, and returns what is wrong.


def executed_in_order(notebook, spec):
    """Every code cell was executed, from 1 to n."""
    counts = [cell.execution_count for cell in codes(notebook)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"compteurs d'exécution : {counts}"]


def outputs_are_stored(notebook, spec):
    """A cell that ends in an expression, or shows something of the chapter, has an output (nbval compares it)."""
    problems = []
    for cell in codes(notebook):
        body = ast.parse(cell.source).body
        calls = {chapter_call(node) for node in body}
        ends = bool(body) and isinstance(body[-1], ast.Expr) and chapter_call(body[-1]) not in SILENT
        if (ends or calls & (SHOWN_LAST | {"show"})) and not cell.outputs:
            problems.append(f"sans sortie : {start(cell)}")
        if "show" in calls and not any("image/png" in output.get("data", {}) for output in cell.outputs):
            problems.append(f"sans figure : {start(cell)}")
    return problems


def nothing_shown_is_lost(notebook, spec):
    """What a cell builds to show it is the cell's last expression, else Jupyter drops it."""
    return [
        f"perdu, car pas à la fin de la cellule : chapter.{chapter_call(node)} dans {start(cell)}"
        for cell in codes(notebook)
        for node in ast.parse(cell.source).body[:-1]
        if chapter_call(node) in SHOWN_LAST
    ]


def no_failure_is_stored(notebook, spec):
    """No error, nothing on the error stream, no warning."""
    return [
        f"échec ou avertissement : {start(cell)}"
        for cell in codes(notebook)
        for output in cell.outputs
        if output.output_type == "error"
        or output.get("name") == "stderr"
        or any("Warning: " in text or "Traceback (most recent" in text for text in strings(output))
    ]


def headings_are_in_order(notebook, spec):
    """One first-level heading, at the start, and no level skipped."""
    levels = [level for cell in notebook.cells for level, _ in headings(cell)]
    problems = [] if levels[:1] == [1] and levels.count(1) == 1 else [f"titres de niveau 1 : {levels.count(1)}"]
    jumps = [f"niveau sauté : {a} puis {b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    return problems + jumps


def sections_have_a_level(notebook, spec):
    """A cell that opens a section says « socle » or « approfondissement », and names its notions properly."""
    problems = []
    for place, cell in enumerate(notebook.cells):
        grc = cell.metadata.get("grc", {})
        notions = grc.get("notions", [])
        problems += [f"notion mal écrite : {notion}" for notion in notions if not NOTION.fullmatch(notion)]
        sections = [title for level, title in headings(cell) if level == 2]
        if sections and grc.get("level") not in LEVELS:
            problems.append(f"section sans niveau : {sections[0]}")
        if place and sections and (len(sections) > 1 or not cell.source.startswith("## ")):
            problems.append(f"la section doit ouvrir sa propre cellule : {sections[-1]}")
        if grc and not sections:
            problems.append(f"niveau ou notions hors d'un début de section : {start(cell)}")
    if not any(cell.metadata.get("grc", {}).get("notions") for cell in notebook.cells):
        problems.append("aucune notion")
    return problems


def parameters_are_validated(notebook, spec):
    """One cell of parameters, followed by the call of open_chapter that takes each of them."""
    places = [i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])]
    if len(places) != 1 or places[0] + 1 >= len(notebook.cells):
        return [f"cellules de paramètres : {len(places)}"]
    following = notebook.cells[places[0] + 1]
    tree = ast.walk(ast.parse(following.source if following.cell_type == "code" else ""))
    calls = [node for node in tree if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "open_chapter"]
    if len(calls) != 1:
        return ["la cellule qui suit les paramètres n'ouvre pas le chapitre"]
    number = [argument.value for argument in calls[0].args]
    passed = {keyword.arg: getattr(keyword.value, "id", None) for keyword in calls[0].keywords}
    wanted = {name: name for name in spec.parameters}
    return [] if (number, passed) == ([spec.number], wanted) else [f"open_chapter reçoit {number}, {passed}"]


def exercises_can_be_graded(notebook, spec):
    """Grade ids are unique; each solution cell has a region, sets its answer first, and is followed by its control."""
    graded = [(i, cell.metadata.nbgrader) for i, cell in enumerate(notebook.cells) if "nbgrader" in cell.metadata]
    ids = [data.grade_id for _, data in graded]
    problems = [] if len(set(ids)) == len(ids) else [f"grade_id en double : {ids}"]
    for place, data in graded:
        cell = notebook.cells[place]
        if data.solution:
            control = notebook.cells[place + 1].metadata.get("nbgrader", {}) if place + 1 < len(notebook.cells) else {}
            if not control.get("grade") or not control.get("points"):
                problems.append(f"solution sans contrôle noté : {data.grade_id}")
            if "### BEGIN SOLUTION" not in cell.source or " = None" not in cell.source.split("### BEGIN")[0]:
                problems.append(f"solution sans région, ou sans « = None » avant elle : {data.grade_id}")
            if not cell.metadata.get("jupyter", {}).get("source_hidden"):
                problems.append(f"solution dépliée : {data.grade_id}")
    return problems if graded else ["aucun exercice"]


def solutions_are_not_in_the_edition(notebook, spec):
    """No line of a solution is left in the student edition."""
    edition = "\n".join(cell.source for cell in strip(notebook).cells)
    sources = "\n".join(cell.source for cell in notebook.cells)
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", sources, re.S)
    lines = [line.strip() for region in regions for line in region.splitlines() if line.strip()]
    problems = [f"solution dans l'édition étudiante : {line}" for line in lines if line in edition]
    return problems + (["reste d'une balise de solution"] if "SOLUTION" in edition else [])


def images_have_an_alternative_text(notebook, spec):
    """Figures in outputs and images in the prose say what they show."""
    problems = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            pictures = [kind for kind in output.get("data", {}) if kind.startswith("image/")]
            problems += [start(cell) for kind in pictures if not output.metadata.get(kind, {}).get("alt", "").strip()]
        sources = [cell.source] if cell.cell_type == "markdown" else strings(cell.outputs)
        for image in (match for source in sources for match in IMAGES.finditer(source)):
            if not (image["alt"] or re.search(r'alt="[^"]+"', image["tag"] or "")):
                problems.append(start(cell))
    return [f"image sans texte de remplacement : {problem}" for problem in problems]


def outputs_tell_nothing_of_the_machine(notebook, spec):
    """No absolute path, no user's name, no address in memory."""
    me = getpass.getuser()
    private = re.compile(rf"/{re.escape(me)}\b|{re.escape(str(Path.home()))}")
    return [
        f"chemin, nom ou adresse dans une sortie : {found[0]} ({start(cell)})"
        for cell in codes(notebook)
        for text in strings(cell.outputs)
        for found in (PATHS.search(text), ADDRESS.search(text), private.search(text))
        if found
    ]


def nothing_varies(notebook, spec):
    """No metadata that changes at each execution, and nothing that keeps nbval from comparing."""
    allowed = {"tags", "nbgrader", "jupyter", "grc"}
    problems = [f"métadonnées : {set(c.metadata) - allowed}" for c in notebook.cells if set(c.metadata) - allowed]
    if set(notebook.metadata) != {"kernelspec", "language_info", "grc"} or "version" in notebook.metadata.language_info:
        problems.append(f"métadonnées du cahier : {sorted(notebook.metadata)}")
    for cell in codes(notebook):
        tags = cell.metadata.get("tags", [])
        if "NBVAL" in cell.source or any(tag.startswith("nbval") or tag == "raises-exception" for tag in tags):
            problems.append(f"nbval ne compare pas : {start(cell)}")
    return problems


def the_lesson_breathes(notebook, spec):
    """At least 30 cells, never more than two code cells in a row, no empty cell."""
    problems = [] if len(notebook.cells) >= 30 else [f"{len(notebook.cells)} cellules"]
    problems += ["cellule vide" for cell in notebook.cells if not cell.source.strip()]
    kinds = "".join("c" if cell.cell_type == "code" else "m" for cell in notebook.cells)
    rows = [match.start() for match in re.finditer("ccc", kinds)]
    return problems + [f"trois cellules de code de suite : {start(notebook.cells[place])}" for place in rows]


def it_is_light(notebook, spec):
    """Less than 1.5 MB once stored."""
    size = len(build.to_bytes(notebook))
    return [] if size < 1_500_000 else [f"{size} octets"]


RULES = [
    executed_in_order,
    outputs_are_stored,
    nothing_shown_is_lost,
    no_failure_is_stored,
    headings_are_in_order,
    sections_have_a_level,
    parameters_are_validated,
    exercises_can_be_graded,
    solutions_are_not_in_the_edition,
    images_have_an_alternative_text,
    outputs_tell_nothing_of_the_machine,
    nothing_varies,
    the_lesson_breathes,
    it_is_light,
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.slug)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_notebook(spec, rule):
    assert rule(read(spec), spec) == []


def test_there_is_a_notebook_and_all_are_in_step_with_their_texts():
    assert SPECS
    assert build.check_in_step() == []


def test_every_method_of_a_chapter_is_known_to_the_rules():
    public = {name for name in vars(Chapter) if not name.startswith("_")}
    assert public == SHOWN_LAST | SILENT | {"show"}


# Faults: what must be seen, put by hand into a good notebook.


def first(notebook, wanted):
    """Return the first code cell that a text names."""
    return next(cell for cell in codes(notebook) if wanted in cell.source)


def tagged(notebook, key):
    """Return the first cell whose metadata hold a key."""
    return next(cell for cell in notebook.cells if key in json.dumps(cell.metadata))


def add_text(source):
    """Return a fault: one more output with this text."""
    return lambda notebook: first(notebook, "chapter.cover").outputs.append(
        nbformat.v4.new_output("stream", name="stdout", text=source)
    )


def add_cell(source, kind="markdown", place=5, **metadata):
    """Return a fault: one more cell."""
    new = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}[kind]
    return lambda notebook: notebook.cells.insert(place, new(source, metadata=metadata))


def set_source(wanted, source):
    """Return a fault: another source for the first code cell that a text names."""
    return lambda notebook: first(notebook, wanted).update(source=source)


def same_grade_ids(notebook):
    """Give every graded cell the same id."""
    for cell in codes(notebook):
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "a"


FAULTS = [
    (executed_in_order, lambda nb: codes(nb)[3].update(execution_count=None)),
    (executed_in_order, lambda nb: codes(nb)[3].update(execution_count=99)),
    (outputs_are_stored, lambda nb: first(nb, "chapter.cover").update(outputs=[])),
    (outputs_are_stored, lambda nb: first(nb, "chapter.show").outputs.pop(0)),
    (nothing_shown_is_lost, add_cell("chapter.finding('a')\nb = 1", "code")),
    (no_failure_is_stored, add_text("a.py:1: FutureWarning: vieux")),
    (no_failure_is_stored, lambda nb: first(nb, "chapter.cover").outputs.append(nbformat.v4.new_output("error"))),
    (headings_are_in_order, add_cell("# Deuxième titre")),
    (headings_are_in_order, add_cell("#### Trop bas")),
    (sections_have_a_level, add_cell("## Sans niveau")),
    (sections_have_a_level, add_cell("## Bien\n\n## Pas bien", grc={"level": "socle"})),
    (sections_have_a_level, add_cell("## Notion", grc={"level": "socle", "notions": ["e9"]})),
    (sections_have_a_level, add_cell("Un paragraphe", grc={"notions": ["E9"]})),
    (parameters_are_validated, lambda nb: tagged(nb, "parameters").metadata.pop("tags")),
    (parameters_are_validated, set_source("open_chapter(", 'open_chapter("04", seed=seed)')),
    (exercises_can_be_graded, same_grade_ids),
    (exercises_can_be_graded, lambda nb: tagged(nb, '"grade": true').metadata.pop("nbgrader")),
    (exercises_can_be_graded, lambda nb: first(nb, "BEGIN SOLUTION").metadata.pop("jupyter")),
    (exercises_can_be_graded, set_source("BEGIN SOLUTION", "### BEGIN SOLUTION\na = 1\n### END SOLUTION")),
    (solutions_are_not_in_the_edition, add_cell('Indice : `quiz_1 = "b"`')),
    (images_have_an_alternative_text, lambda nb: first(nb, "chapter.show").outputs[0].update(metadata={})),
    (images_have_an_alternative_text, add_cell("![](schema.png)")),
    (outputs_tell_nothing_of_the_machine, add_text("lu dans /home/alice/ventes.csv")),
    (outputs_tell_nothing_of_the_machine, add_text(r"C:\Users\alice")),
    (outputs_tell_nothing_of_the_machine, add_text("<object at 0x7f3a5c0d1e80>")),
    (outputs_tell_nothing_of_the_machine, add_text(f"{Path.home()}/ventes.csv")),
    (nothing_varies, lambda nb: nb.cells[3].metadata.update(execution={"iopub.status.busy": "2026-01-01T00:00:00Z"})),
    (nothing_varies, lambda nb: nb.metadata.language_info.update(version="3.11.7")),
    (nothing_varies, add_cell("1", "code", tags=["nbval-ignore-output"])),
    (the_lesson_breathes, lambda nb: nb.update(cells=nb.cells[:29])),
    (the_lesson_breathes, lambda nb: [add_cell("a = 1", "code")(nb) for _ in range(3)]),
    (it_is_light, add_text("x" * 1_500_000)),
]


@pytest.mark.parametrize(("rule", "fault"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_rule_sees_its_fault(rule, fault):
    notebook = read(SPECS[0])
    fault(notebook)
    assert rule(notebook, SPECS[0])


def test_no_rule_is_without_a_fault():
    assert {rule for rule, _ in FAULTS} == set(RULES)

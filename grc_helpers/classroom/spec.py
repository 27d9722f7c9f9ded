"""What a notebook declares about itself: its parameters, their types, help and ranges.

The type, default and French help of a parameter come from the notebook's cell tagged ``parameters``;
ranges, title and kinds of table come from the header of its text. Nothing is written twice.
"""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grc_helpers.data.paths import root
from grc_helpers.errors import GrcError

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
FRENCH_TYPES = {"str": "un texte", "int": "un nombre entier", "float": "un nombre", "bool": "True ou False"}
PARAMETERS_CELL = re.compile(r"```\{code-cell\}[^\n]*\n(?:---\n(.*?)\n---\n|((?::[^\n]*\n)*))(.*?)```", re.S)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook."""

    name: str
    type: str
    default: object
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple = ()

    def problem(self, value) -> str | None:
        """Return what is wrong with a value, in French, or None."""
        expected = TYPES[self.type]
        numeric = self.type == "float" and isinstance(value, int) and not isinstance(value, bool)
        wrong_bool = isinstance(value, bool) and self.type != "bool"
        if wrong_bool or not (isinstance(value, expected) or numeric):
            return f"« {self.name} » attend {FRENCH_TYPES[self.type]}, pas {value!r}"
        if self.choices and value not in self.choices:
            return f"« {self.name} » vaut {value!r} ; valeurs possibles : {', '.join(map(str, self.choices))}"
        # Written so that NaN, which is neither below nor above anything, is refused too.
        if self.minimum is not None and not value >= self.minimum:
            return f"« {self.name} » vaut {value} ; minimum : {self.minimum}"
        if self.maximum is not None and not value <= self.maximum:
            return f"« {self.name} » vaut {value} ; maximum : {self.maximum}"
        return None


@dataclass(frozen=True)
class NotebookSpec:
    """A notebook: where it is, what it is called, what it takes."""

    number: str
    slug: str
    title: str
    kinds: tuple[str, ...]
    time_limit: int
    text: Path
    parameters: dict[str, Parameter] = field(hash=False)

    @property
    def path(self) -> Path:
        """The executed notebook that is built from the text."""
        return self.text.parent.parent / f"{self.slug}.ipynb"


def parse_parameters(source: str, ranges: dict) -> dict[str, Parameter]:
    """Read ``name: type = literal  # aide`` lines; raise GrcError on anything else."""
    lines, found = source.splitlines(), {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.AnnAssign) or getattr(node.annotation, "id", None) not in TYPES:
            raise GrcError(
                "La cellule des paramètres ne suit pas la convention.",
                where=f"ligne {node.lineno} : {lines[node.lineno - 1]}",
                todo="écrivez « nom: type = valeur  # aide », avec un type parmi str, int, float, bool",
            )
        name, line = node.target.id, lines[node.lineno - 1]
        limits = ranges.get(name, {})
        found[name] = Parameter(
            name,
            node.annotation.id,
            ast.literal_eval(node.value),
            line.split("#", 1)[1].strip() if "#" in line else "",
            limits.get("min"),
            limits.get("max"),
            tuple(limits.get("choices", ())),
        )
    return found


@cache
def read_spec(text: Path) -> NotebookSpec:
    """Read a notebook's specification from its MyST text."""
    import yaml

    source = text.read_text(encoding="utf-8")
    header = yaml.safe_load(source.split("---\n")[1])["grc"]
    cells = PARAMETERS_CELL.findall(source)
    tagged = [body for yaml_head, colon_head, body in cells if re.search(r"\bparameters\b", yaml_head + colon_head)]
    if len(tagged) != 1:
        raise GrcError(
            f"{text.name} doit avoir une cellule étiquetée « parameters » et une seule.",
            where=f"cellules trouvées : {len(tagged)}",
        )
    return NotebookSpec(
        str(header["number"]),
        text.stem,
        header["title"],
        tuple(header.get("kinds", ())),
        int(header.get("time_limit", 60)),
        text,
        parse_parameters(tagged[0], header.get("parameters", {})),
    )


def list_specs() -> list[NotebookSpec]:
    """Return the specification of every notebook, in the order of the course."""
    return [read_spec(path) for path in sorted((root() / "notebooks" / "textes").glob("[0-9][0-9]_*.md"))]


def find_spec(number: str) -> NotebookSpec:
    """Return the notebook whose number or slug is given; raise GrcError with a suggestion."""
    specs = list_specs()
    for spec in specs:
        if number in (spec.number, spec.slug):
            return spec
    known = ", ".join(spec.number for spec in specs)
    raise GrcError(f"Aucun cahier ne s'appelle « {number} ».", todo=f"choisissez parmi : {known}")


def suggestion(name: str, known) -> str:
    """Return « ; vouliez-vous dire … ? » when a known name is close, else an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" ; vouliez-vous dire « {close[0]} » ?" if close else f" ; connus : {', '.join(known)}"


def coerce(parameter: Parameter, raw: str):
    """Turn the text of ``-p name=value`` into the parameter's type; raise GrcError if it cannot be."""
    if parameter.type == "str":
        return raw
    if parameter.type == "bool":
        words = {
            "true": True,
            "vrai": True,
            "oui": True,
            "1": True,
            "false": False,
            "faux": False,
            "non": False,
            "0": False,
        }
        if raw.lower() in words:
            return words[raw.lower()]
    else:
        try:
            return TYPES[parameter.type](raw)
        except ValueError:
            pass
    comma = re.fullmatch(r"[+-]?\d+,\d+", raw)
    raise GrcError(
        f"« {parameter.name} » attend {FRENCH_TYPES[parameter.type]}, pas « {raw} ».",
        todo=f"écrivez {raw.replace(',', '.')} (point décimal)" if comma else f"par exemple {parameter.default}",
    )


def validate(spec: NotebookSpec, values: dict) -> dict:
    """Return the notebook's parameters, defaults completed by values; raise GrcError listing every problem."""
    problems = [
        f"paramètre inconnu « {name} »{suggestion(name, spec.parameters)}"
        for name in values
        if name not in spec.parameters
    ]
    problems += [
        wrong
        for name, value in values.items()
        if name in spec.parameters and (wrong := spec.parameters[name].problem(value))
    ]
    if problems:
        raise GrcError(
            f"Cahier {spec.number} : {len(problems)} paramètre{'s' * (len(problems) > 1)} à corriger.",
            where=" · ".join(problems),
            todo="corrigez la cellule des paramètres, ou l'option -p, puis relancez",
        )
    return {name: parameter.default for name, parameter in spec.parameters.items()} | values

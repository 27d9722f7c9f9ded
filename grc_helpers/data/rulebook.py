"""The rules that look at one row at a time: which rows, what they are called, what to do about them; in their order."""

from dataclasses import dataclass

import ibis

from grc_helpers.data.amounts import EDGES
from grc_helpers.data.decisions import Decided
from grc_helpers.data.kinds import DAY, DIRECTION, IDENTIFIER, MONEY, OUTCOME
from grc_helpers.data.plain_numbers import no_value
from grc_helpers.data.staging import Staged

SCIENTIFIC = r"^\d+([.,]\d+)?[Ee]\+\d+$"
WRITE_DATES = "écrivez les dates comme 31/01/2025 ou 2025-01-31"


@dataclass(frozen=True)
class Rule:
    """One rule: which rows, what they are called, the column and the value that show it, what to do when it refuses."""

    name: str
    what: str
    column: str
    bad: ibis.Value
    text: ibis.Value
    todo: str


def rules_for(staged: Staged, decided: Decided) -> list[Rule]:
    """Return the rules that a file is held to, by its kind and its columns."""
    rows = decided.parsed
    shown = rows.id_client if "client" in staged.places else ibis.literal("")
    found = [Rule("sous_totaux", "lignes de total", "", rows.total_row, shown, "supprimez-les")]
    for part in (_identifiers, _dates, _values, _money, _period, _sales, _answers):
        found += part(rows, staged, decided)
    return [Rule(rule.name, rule.what, rule.column, rule.bad.fill_null(False), rule.text, rule.todo) for rule in found]


def _blank(text: ibis.Value) -> ibis.Value:
    return text.isnull() | (text == "")  # identifiers are already trimmed


def odd_customer(text: ibis.Value) -> ibis.Value:
    """Tell the customers that cannot be taken as the file writes them: empty, damaged, with spaces around."""
    return _blank(text) | text.re_search(SCIENTIFIC) | text.re_search(EDGES)


def _identifiers(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    columns, found = staged.columns.roles, []
    for role in staged.roles(IDENTIFIER):
        text, column = rows[f"id_{role.name}"], columns[role.name]
        if role.name != "client":
            what = {"commande": "numéros de commande vides", "contrat": "numéros de contrat vides"}
            what = what.get(role.name, "numéros de contact vides")
            todo = f"donnez un numéro de {role.name} à chaque ligne, ou retirez la colonne"
            found.append(Rule(f"{role.name}s_vides", what, column, _blank(text), text, todo))
            continue
        if decided.trusted:
            continue
        todo = "refaites l'export sans passer par un tableur, ou mettez la colonne au format texte"
        damaged = text.re_search(SCIENTIFIC)
        found += [
            Rule("clients_vides", "clients vides", column, _blank(text), text, "donnez un client à chaque ligne"),
            Rule("clients_abimes", "identifiants abîmés par un tableur", column, damaged, text, todo),
        ]
    return sorted(found, key=lambda rule: rule.name == "commandes_vides")


def _dates(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    found = []
    for role in staged.roles(DAY):
        day, text, column = rows[f"day_{role.name}"], rows[f"text_{role.name}"], staged.columns.roles[role.name]
        what, bad, todo = "dates vides ou illisibles", day.isnull(), WRITE_DATES
        if not role.filled:
            what, bad = "dates illisibles", day.isnull() & ~rows[f"open_{role.name}"]
            todo = f"{WRITE_DATES}, et laissez vide la fin d'un contrat qui court encore"
        found.append(Rule("dates_illisibles", what, column, bad, text, todo))
    return found


def _values(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    columns, found = staged.columns.roles, []
    for role in staged.roles(DIRECTION):
        text = rows.direction_text
        bad = rows.direction.isnull() & (text != "")
        what, todo = "sens qui ne sont ni entrant ni sortant", "écrivez entrant ou sortant (ou inbound, outbound)"
        found.append(Rule("sens_illisibles", what, columns[role.name], bad, text, todo))
    for role in staged.roles(OUTCOME):
        text, column = rows.outcome_text, columns[role.name]
        todo = "donnez une réponse à chaque ligne, ou excluez ces lignes : --set regles.cibles_vides=exclure"
        found.append(Rule("cibles_vides", "cibles vides", column, text == "", text, todo))
        bad, what = rows.outcome.isnull() & (text != ""), "cibles qui ne sont ni oui ni non"
        todo = "écrivez oui ou non (ou 1 et 0), ou excluez ces lignes : --set regles.cibles_illisibles=exclure"
        found.append(Rule("cibles_illisibles", what, column, bad, text, todo))
    return found


def _money(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    found = []
    for role in staged.roles(MONEY):
        column, text, noun = (
            staged.columns.roles[role.name],
            rows.amount_text,
            {"cout": "coûts"}.get(role.name, "montants"),
        )
        other = staged.columns.roles.get("monnaie", column)
        unreadable = f"{noun} vides ou illisibles" if role.filled else f"{noun} illisibles"
        write = f"écrivez les {noun} comme 1234,56 ou 1234.56, d'une seule façon"
        rounded = f"arrondissez les {noun} au centime (ou --set regles.decimales=arrondir)"
        convert = "convertissez-les, ou excluez-les : --set regles.autres_monnaies=exclure"
        found += [
            Rule("montants_illisibles", unreadable, column, rows.bad_amount, text, write),
            Rule("decimales", f"{noun} à plus de deux décimales", column, rows.finer_amount, text, rounded),
            Rule(
                "autres_monnaies",
                f"{noun} dans une autre monnaie",
                other,
                rows.other_currency,
                rows.currency_text,
                convert,
            ),
        ]
        if role.name == "cout":
            todo = "écrivez les coûts sans signe, ou --set regles.couts_negatifs=garder"
            found.append(Rule("couts_negatifs", "coûts négatifs", column, rows.amount_cents < 0, text, todo))
    return found


def _period(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    """Return the rules on the period: an end that is not observed leaves the contract running."""
    start, end = decided.settings["lecture.debut"], decided.settings["lecture.fin"]
    dates, columns, found = [role.name for role in staged.roles(DAY)], staged.columns.roles, []
    if "fin" in dates:
        bad, text = rows.day_fin < rows.day_debut, rows.text_fin
        todo = "corrigez ces dates, ou excluez ces lignes : --set regles.fins_avant_debut=exclure"
        found.append(Rule("fins_avant_debut", "fins avant le début", columns["fin"], bad, text, todo))
        start = None  # what began before the period was seen in it
    if dates and (start or end):
        day, name = rows[f"day_{dates[0]}"], dates[0]
        bad = ibis.or_(*[part for part in (start and day < start, end and day > end) if part is not None])
        todo = "corrigez ces dates, ou « lecture.debut » et « lecture.fin »"
        found.append(
            Rule("hors_periode", "dates hors de la période observée", columns[name], bad, rows[f"text_{name}"], todo)
        )
    if "fin" in dates and end:
        todo = "corrigez ces dates, ou « lecture.fin »"
        found.append(
            Rule(
                "fins_futures",
                "fins après la période observée",
                columns["fin"],
                rows.day_fin > end,
                rows.text_fin,
                todo,
            )
        )
    return found


def _sales(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    if staged.columns.kind.name != "transactions":
        return []
    column, text, cents = staged.columns.roles["montant"], rows.amount_text, rows.amount_cents
    keep = "retirez-les, ou --set regles.{}=garder"
    return [
        Rule("montants_nuls", "montants nuls", column, cents == 0, text, keep.format("montants_nuls")),
        Rule(
            "retours",
            "montants négatifs (retours)",
            column,
            cents < 0,
            text,
            keep.format("retours") + " (ou compenser)",
        ),
    ]


def outside(answer: ibis.Value, scale: tuple[int, int]) -> ibis.Value:
    """Tell the answers that are not on their scale."""
    return (answer < scale[0]) | (answer > scale[1])


def _answers(rows: ibis.Table, staged: Staged, decided: Decided) -> list[Rule]:
    unreadable, off, none = [], [], []
    for place, column in decided.columns.items():
        if column.name not in staged.columns.scales:
            continue
        scale, answer = staged.columns.scales[column.name], rows[f"answer_{place}"]
        text = rows[place].cast("string").fill_null("")
        blank = no_value(rows[place])
        todo = "écrivez des nombres, ou videz ces réponses : --set regles.reponses_illisibles=vider"
        what = "réponses qui ne sont pas des nombres"
        unreadable.append(Rule("reponses_illisibles", what, column.name, answer.isnull() & ~blank, text, todo))
        todo = "corrigez-les ou dites la bonne échelle, ou videz ces réponses : --set regles.hors_echelle=vider"
        what = f"réponses hors de l'échelle, de {scale[0]} à {scale[1]}"
        off.append(Rule("hors_echelle", what, column.name, outside(answer, scale), text, todo))
        none.append(answer.isnull() | outside(answer, scale))
    if not none:
        return []
    todo = "retirez-les, ou --set regles.sans_reponse=garder"
    silent = Rule("sans_reponse", "répondants sans aucune réponse", "", ibis.and_(*none), ibis.literal(""), todo)
    return [*unreadable, *off, silent]

"""What is done with particular rows: rules in a fixed order, each with a policy, each counted with its first lines.

A row that a rule excludes is not looked at by the next ones, so the rows read are the rows kept plus those that each
rule excluded. A rule whose policy is « refuser » refuses the file as a whole, with the others that do.
"""

from dataclasses import dataclass

import ibis
from ibis import _

from grc_helpers.data.decisions import Decided, tally
from grc_helpers.data.reading import Finding
from grc_helpers.data.refusals import refuse
from grc_helpers.data.settings import DROP, NET, REFUSE, REMOVE, ROUND, Settings
from grc_helpers.data.staging import Staged
from grc_helpers.style import number

SCIENTIFIC = r"^\d+([.,]\d+)?[Ee]\+\d+$"
ACTIONS = {DROP: "exclues", REMOVE: "retirées", ROUND: "arrondis au centime"}


@dataclass(frozen=True)
class Rule:
    """One rule: which rows, what they are called, which value shows it, and what to do when it refuses."""

    name: str
    what: str
    role: str
    bad: ibis.Value
    text: ibis.Value
    todo: str


@dataclass(frozen=True)
class Outcome:
    """The rows kept (an expression), how many were read, and what each rule did."""

    kept: ibis.Table
    in_order: bool
    rows_read: int
    rows_kept: int
    findings: tuple[Finding, ...]


def _rules(rows: ibis.Table, settings: Settings, places: dict[str, str]) -> list[Rule]:
    """Return the rules that look at one row at a time, in their order."""
    start, end = settings["lecture.debut"], settings["lecture.fin"]
    outside = [rows.day < start if start else None, rows.day > end if end else None]
    client, order = rows.client, rows.order_text
    found = [
        ("sous_totaux", "lignes de total", "", rows.total_row, client, "supprimez-les"),
        ("clients_vides", "clients vides", "client", _blank(client), client, "donnez un client à chaque ligne"),
        (
            "clients_abimes",
            "identifiants abîmés par un tableur",
            "client",
            client.re_search(SCIENTIFIC),
            client,
            "refaites l'export sans passer par un tableur, ou mettez la colonne au format texte",
        ),
        (
            "commandes_vides",
            "numéros de commande vides",
            "commande",
            _blank(order) if "commande" in places else None,
            order,
            "donnez une commande à chaque ligne, ou retirez la colonne",
        ),
        (
            "dates_illisibles",
            "dates vides ou illisibles",
            "date",
            rows.day.isnull(),
            rows.date_text,
            "écrivez les dates comme 31/01/2025 ou 2025-01-31",
        ),
        (
            "montants_illisibles",
            "montants vides ou illisibles",
            "montant",
            rows.bad_amount,
            rows.amount_text,
            "écrivez les montants comme 1234,56 ou 1234.56, d'une seule façon",
        ),
        (
            "decimales",
            "montants à plus de deux décimales",
            "montant",
            rows.finer_amount,
            rows.amount_text,
            "arrondissez les montants au centime (ou --set regles.decimales=arrondir)",
        ),
        (
            "autres_monnaies",
            "montants dans une autre monnaie",
            "monnaie" if "monnaie" in places else "montant",
            rows.other_currency,
            rows.currency_text,
            "convertissez-les, ou excluez-les : --set regles.autres_monnaies=exclure",
        ),
        (
            "hors_periode",
            "dates hors de la période observée",
            "date",
            ibis.or_(*[part for part in outside if part is not None]) if start or end else None,
            rows.date_text,
            "corrigez ces dates, ou « lecture.debut » et « lecture.fin »",
        ),
        (
            "montants_nuls",
            "montants nuls",
            "montant",
            rows.amount_cents == 0,
            rows.amount_text,
            "retirez-les, ou --set regles.montants_nuls=garder",
        ),
        (
            "retours",
            "montants négatifs (retours)",
            "montant",
            rows.amount_cents < 0,
            rows.amount_text,
            "retirez-les, ou --set regles.retours=garder (ou compenser)",
        ),
    ]
    return [Rule(name, *rest[:2], rest[2].fill_null(False), *rest[3:]) for name, *rest in found if rest[2] is not None]


def _blank(text: ibis.Value) -> ibis.Value:
    return text.isnull() | (text == "")  # identifiers are already trimmed


def apply_rules(staged: Staged, decided: Decided, problems: list) -> Outcome:
    """Apply every rule, and return the rows kept.

    Raises
    ------
    FileRefused
        With every rule that refuses rows, and the rows that could not be cut.
    """
    parsed, settings = decided.parsed, decided.settings
    rules = _rules(parsed, settings, staged.places)
    alive, masks = ibis.literal(True), []
    for rule in rules:
        masks.append(rule.bad & alive)
        if settings.policy(rule.name) == DROP:
            alive = alive & ~rule.bad
    sums = {f"n{place}": mask.sum() for place, mask in enumerate(masks)}
    counts = parsed.agg(rows=parsed.count(), kept=alive.cast("int64").sum(), **sums).to_pyarrow().to_pylist()[0]
    findings, refused = [], list(problems)
    for place, (rule, mask) in enumerate(zip(rules, masks, strict=True)):
        if count := counts[f"n{place}"]:
            column = staged.columns.roles.get(rule.role, "")
            found = tally(parsed, mask, rule.text, what=rule.what, column=column, count=count)
            policy = settings.policy(rule.name)
            if policy == REFUSE:
                refused.append((found, rule.todo))
            dropped = count if policy == DROP else 0
            findings.append(Finding(rule.name, found, ACTIONS.get(policy, "gardées"), dropped))
    kept = parsed.filter(alive)
    columns = [f"c{place}" for place in range(len(staged.columns.names))]
    kept, doubled = _doubles(kept, columns, settings, refused)
    findings += doubled
    refuse(staged.source, refused, decided.facts)
    kept, findings = _net(kept, settings, findings)
    excluded = sum(finding.excluded for finding in findings)
    disturbed = settings.policy("doublons") == REMOVE or settings.policy("retours") == NET
    return Outcome(kept, decided.in_order and not disturbed, counts["rows"], counts["rows"] - excluded, tuple(findings))


def _doubles(rows: ibis.Table, columns: list[str], settings: Settings, refused: list):
    """Count the rows equal to an earlier one in every column; remove them if the policy says so."""
    held = rows.select("line", row=ibis.struct({place: rows[place] for place in columns}))
    coded = held.mutate(code=held.row.hash())
    twice = coded.group_by("code").having(_.count() > 1).agg(n=_.count()).select("code").to_pyarrow()
    if not len(twice):
        return rows, []
    suspects = coded.semi_join(ibis.memtable(twice), "code")
    later = suspects.mutate(rank=ibis.row_number().over(group_by="row", order_by="line")).filter(_.rank > 0)
    later = ibis.memtable(later.select("line").to_pyarrow())
    if not (count := later.count().to_pyarrow().as_py()):
        return rows, []
    what = "lignes identiques à une autre en tout point"
    found = tally(later, ibis.literal(True), ibis.literal(""), what=what, count=count)
    policy = settings.policy("doublons")
    if policy == REFUSE:
        refused.append((found, "supprimez-les, ou --set regles.doublons=garder (ou retirer)"))
    removed = policy == REMOVE
    finding = Finding("doublons", found, ACTIONS.get(policy, "gardées"), found.rows if removed else 0)
    return rows.anti_join(later, "line") if removed else rows, [finding]


def _net(rows: ibis.Table, settings: Settings, findings: list[Finding]) -> tuple[ibis.Table, list[Finding]]:
    """Net the returns: the rows of a customer's day that has one become one row, with the day's sum.

    That row is the day's largest purchase (first of equals). A day without a purchase keeps its returns as they are.
    """
    if settings.policy("retours") != NET:
        return rows, findings
    day = ibis.window(group_by=["client", "day"])
    ranked = rows.mutate(
        returns=(_.amount_cents < 0).sum().over(day),
        sales=(_.amount_cents > 0).sum().over(day),
        net=_.amount_cents.sum().over(day).cast("int64"),
        rank=ibis.row_number().over(group_by=["client", "day"], order_by=[ibis.desc("amount_cents"), "line"]),
    )
    netted = (ranked.returns > 0) & (ranked.sales > 0)
    counts = ranked.agg(
        merged=(netted & (ranked.rank > 0)).sum().fill_null(0),
        days=(netted & (ranked.rank == 0)).sum().fill_null(0),
        under=(netted & (ranked.rank == 0) & (ranked.net <= 0)).sum().fill_null(0),
        alone=((ranked.amount_cents < 0) & ~netted).sum().fill_null(0),
    )
    n = {name: int(value) for name, value in counts.to_pyarrow().to_pylist()[0].items()}
    kept = ranked.filter(~netted | (ranked.rank == 0)).mutate(
        amount_cents=ibis.ifelse(netted, ranked.net, ranked.amount_cents)
    )
    action = (
        f"compensés dans {number(n['days'])} jours d'achat, dont {number(n['under'])} à solde nul ou négatif ; "
        f"{number(n['merged'])} lignes fondues ; sans achat le même jour : {number(n['alone'])}, gardés"
    )
    done = [
        Finding(found.rule, found.tally, action, n["merged"]) if found.rule == "retours" else found
        for found in findings
    ]
    return kept, done

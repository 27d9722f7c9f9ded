"""What is done with particular rows: rules in a fixed order, each with a policy, each counted with its first lines.

A row that a rule excludes is not looked at by the next ones, so the rows read are the rows kept plus those that each
rule excluded. A rule whose policy is « refuser » refuses the file as a whole, with the others that do.
"""

from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from grc_helpers.data.decisions import Decided, Doubt
from grc_helpers.data.gathering import tally
from grc_helpers.data.purchases import day_code, hashed, repeated
from grc_helpers.data.reading import Finding
from grc_helpers.data.refusals import counted, refuse
from grc_helpers.data.rulebook import Rule, rules_for
from grc_helpers.data.settings import DROP, EMPTY, KEEP, NET, OPTIONS, REFUSE, REMOVE, ROUND, Settings
from grc_helpers.data.staging import Staged
from grc_helpers.style import number

ACTIONS = {KEEP: "gardé{e}s", DROP: "exclu{e}s", REMOVE: "retiré{e}s", REFUSE: "refusé{e}s"}
ACTIONS |= {NET: "compensés", ROUND: "arrondis au centime", EMPTY: "valeur vidée, ligne gardée"}
MASCULINE = ("clients", "coûts", "identifiants", "montants", "numéros", "répondants", "sens")
REPEATS = {
    "doublons": "supprimez-les, ou --set regles.doublons=garder (ou retirer)",
    "identifiants_repetes": "donnez à chaque ligne un identifiant à elle, "
    "ou gardez la première : --set regles.identifiants_repetes=retirer",
}


@dataclass(frozen=True)
class Outcome:
    """The rows kept (an expression), how many were read, and what each rule did.

    ``shared``: of transactions, the codes of the customers' days that may have several rows (see `purchases`).
    """

    kept: ibis.Table
    in_order: bool
    rows_read: int
    rows_kept: int
    findings: tuple[Finding, ...]
    shared: np.ndarray | None = None


def apply_rules(staged: Staged, decided: Decided, problems: list) -> Outcome:
    """Apply every rule, and return the rows kept.

    Raises
    ------
    FileRefused
        With every rule that refuses rows, and the rows that could not be cut.
    Doubt
        When customers that were taken on trust lose rows: those that are left may not tell what the others are.
    """
    parsed, settings = decided.parsed, decided.settings
    rules = rules_for(staged, decided)
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
            found = tally(parsed, mask, rule.text, what=rule.what, column=rule.column, count=count)
            policy = settings.policy(rule.name)
            if policy == REFUSE:
                refused.append((found, _remedy(rule)))
            dropped = count if policy == DROP else 0
            findings.append(Finding(rule.name, found, done(policy, rule.what), dropped))
    kept, n, shared = parsed.filter(alive), counts["kept"] or 0, None
    if staged.columns.kind.name == "transactions":
        shared = repeated(kept, day_code(kept.id_client, kept.day_date), n=n)
    if shared is None or len(shared):  # two equal rows are of the same customer and day
        same = ibis.struct({f"c{place}": kept[f"c{place}"] for place in range(len(staged.columns.names))})
        what = "lignes identiques à une autre en tout point"
        kept, again = _repeats(kept, n, same, "doublons", what, "", settings, refused)
        findings += again
    if (unique := staged.columns.kind.unique) in staged.places:
        column = staged.columns.roles[unique]
        key = kept[f"id_{unique}"]
        what = "identifiants déjà pris par une autre ligne"
        kept, again = _repeats(kept, n, key, "identifiants_repetes", what, column, settings, refused)
        findings += again
    refuse(staged.source, refused, decided.facts)
    kept, findings = _net(kept, settings, findings)
    excluded = sum(finding.excluded for finding in findings)
    disturbed = any(settings.policy(finding.rule) in (REMOVE, NET) for finding in findings)
    if decided.trusted and (excluded or disturbed):
        raise Doubt
    rows = counts["rows"]
    return Outcome(kept, decided.in_order and not disturbed, rows, rows - excluded, tuple(findings), shared)


def done(policy: str, what: str) -> str:
    """Say what is done with rows, in the gender of what they are called."""
    return ACTIONS[policy].format(e="" if what.startswith(MASCULINE) else "e")


def _remedy(rule: Rule) -> str:
    """Return what to do about rows that are refused, the policy that sets them aside included."""
    aside = f"regles.{rule.name}"
    may_drop = DROP in OPTIONS[aside].choices and "--set" not in rule.todo
    return f"{rule.todo}, ou excluez ces lignes : --set {aside}={DROP}" if may_drop else rule.todo


def _repeats(
    rows: ibis.Table, n: int, key: ibis.Value, rule: str, what: str, column: str, settings: Settings, refused: list
) -> tuple[ibis.Table, list[Finding]]:
    """Count the rows whose key is that of an earlier one; remove them if the policy says so."""
    twice = repeated(rows, hashed(key), n=n)
    if not len(twice):
        return rows, []
    coded = rows.select("line", key=key, code=hashed(key))
    suspects = coded.semi_join(ibis.memtable(pa.table({"code": twice})), "code")
    later = suspects.mutate(rank=ibis.row_number().over(group_by="key", order_by="line")).filter(_.rank > 0)
    shown = later.key if later.key.type().is_string() else ibis.literal("")
    later = ibis.memtable(later.select("line", text=shown).to_pyarrow())
    found = tally(later, ibis.literal(True), later.text, what=what, column=column)
    if not found.rows:
        return rows, []
    policy = settings.policy(rule)
    if policy == REFUSE:
        refused.append((found, REPEATS[rule]))
    removed = policy == REMOVE
    finding = Finding(rule, found, done(policy, what), found.rows if removed else 0)
    return rows.anti_join(later, "line") if removed else rows, [finding]


def _net(rows: ibis.Table, settings: Settings, findings: list[Finding]) -> tuple[ibis.Table, list[Finding]]:
    """Net the returns: the rows of a customer's day that has one become one row, with the day's sum.

    That row is the day's largest purchase (first of equals). A day without a purchase keeps its returns as they are.
    """
    if settings.policy("retours") != NET or not any(found.rule == "retours" for found in findings):
        return rows, findings
    day = ibis.window(group_by=["id_client", "day_date"])
    ranked = rows.mutate(
        returns=(_.amount_cents < 0).sum().over(day),
        sales=(_.amount_cents > 0).sum().over(day),
        net=_.amount_cents.sum().over(day).cast("int64"),
        rank=ibis.row_number().over(group_by=["id_client", "day_date"], order_by=[ibis.desc("amount_cents"), "line"]),
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
        f"compensés dans {counted(n['days'], 'jour')} d'achat, dont {number(n['under'])} à solde nul ou négatif ; "
        f"lignes fondues : {number(n['merged'])} ; sans achat le même jour : {number(n['alone'])}, gardés"
    )
    done = [
        Finding(found.rule, found.tally, action, n["merged"]) if found.rule == "retours" else found
        for found in findings
    ]
    return kept, done

"""What is left of a user's file once it is read: sizes, one sentence, and what the table cannot answer."""

from datetime import date

import ibis
from ibis import _

from grc_helpers.data.decisions import Decided
from grc_helpers.data.kinds import DAY, LABEL
from grc_helpers.data.reading import Finding, Reading
from grc_helpers.data.refusals import FileRefused, Tally, counted
from grc_helpers.data.rules import Outcome
from grc_helpers.data.staging import BLANK, Staged
from grc_helpers.style import money, number, percent

LONG_GAP = 366


def summarised(
    table: ibis.Table, customers: ibis.Table | None, staged: Staged, decided: Decided, outcome: Outcome
) -> Reading:
    """Return the fiche of a loaded table (of transactions: with its customers, see `purchases`).

    Raises
    ------
    FileRefused
        A column to predict that has one value only.
    """
    aside = [_aside(tally) for tally in staged.aside]
    days = _days(table, staged)
    sizes = _sizes(table, customers, days, staged) | {"rows_kept": outcome.rows_kept}
    sizes["rows_read"] = outcome.rows_read + sum(found.excluded for found in aside)
    kept, notes = TELLERS[staged.columns.kind.name](table, sizes, staged, decided)
    counts = f"Lignes gardées : {number(sizes['rows_kept'])} sur {number(sizes['rows_read'])}"
    return Reading(
        kind=staged.columns.kind.name,
        file=staged.source.name,
        facts=tuple(decided.facts),
        findings=(*aside, *outcome.findings),
        notes=(*staged.notes, *decided.notes, *notes, *_odd_identifiers(sizes), *_gaps(days)),
        gist=f"{counts} ; {kept}.",
        rows_read=sizes["rows_read"],
        rows_kept=sizes["rows_kept"],
        customers=sizes["customers"],
        days=sizes.get("days"),
        total_cents=sizes.get("cents"),
        start=sizes.get("start"),
        end=sizes.get("end"),
        currency=decided.currency,
        settings=decided.settings,
        names=staged.columns.roles_by_column,
        scales=staged.columns.canonical_scales,
    )


def _aside(tally: Tally) -> Finding:
    blank = tally.what == BLANK
    rule, action = ("lignes_vides", "sans effet") if blank else ("noms_repetes", "exclues")
    return Finding(rule, tally, action, 0 if blank else tally.rows)


def _dates(staged: Staged) -> list[str]:
    return [role.column for role in staged.roles(DAY)]


def _days(table: ibis.Table, staged: Staged) -> list[date]:
    """Return the days of all the columns of dates, in order."""
    dates = _dates(staged)
    if not dates:
        return []
    days = ibis.union(*[table.select(date=table[name]) for name in dates]) if len(dates) > 1 else table.select("date")
    return sorted(days.filter(_.date.notnull()).distinct().to_pyarrow()["date"].to_pylist())


def _sizes(table: ibis.Table, customers: ibis.Table | None, days: list[date], staged: Staged) -> dict:
    """Return the number of customers, and of days, the first and the last one, and the sum of amounts, if there are."""
    dates, cents = _dates(staged), next((name for name in table.columns if name.endswith("_cents")), None)
    clients = _by_client(table, dates, cents) if customers is None else _shortened(customers)
    totals = {
        "customers": clients.count(),
        "folded": clients.customer_id.lower().nunique(),
        "pointed": ibis.ifelse(clients.customer_id.re_search(r"^\d+\.0$"), clients.rows, 0).sum(),
        "several": (clients.rows > 1).sum(),
    }
    if dates:
        totals |= {"back": (clients["first"] < clients["last"]).sum(), "start": clients["first"].min()}
        totals |= {"end": clients["last"].max()}
    if cents:
        totals["cents"] = clients.cents.sum()
    sizes = clients.agg(**totals).to_pyarrow().to_pylist()[0]
    if dates:
        sizes["days"] = len(days) if len(dates) == 1 else table[dates[0]].nunique().to_pyarrow().as_py()
    if cents:
        sizes["cents"] = int(sizes["cents"] or 0)
    return sizes


def _by_client(table: ibis.Table, dates: list[str], cents: str | None) -> ibis.Table:
    sums = {"rows": _.count()}
    if dates:
        first, last = ([end(table[name]) for name in dates] for end in (ibis.Column.min, ibis.Column.max))
        sums["first"] = ibis.least(*first) if len(dates) > 1 else first[0]
        sums["last"] = ibis.greatest(*last) if len(dates) > 1 else last[0]
    if cents:
        sums["cents"] = table[cents].sum()
    return table.group_by("customer_id").agg(**sums)


def _shortened(customers: ibis.Table) -> ibis.Table:
    return customers.select(
        "customer_id", rows=_.n_rows, first=_.first_purchase, last=_.last_purchase, cents=_.total_spend_cents
    )


def _period(start: date, end: date) -> str:
    return f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}"


def _transactions(table: ibis.Table, sizes: dict, staged: Staged, decided: Decided) -> tuple[str, list[str]]:
    notes = []
    if sizes["customers"] == 1:
        notes.append("Un seul client : rien ne peut être comparé entre clients.")
    if sizes["days"] == 1:
        notes.append("Une seule date : ni fréquence, ni récence, ni évolution ne peuvent être calculées.")
    elif not sizes["back"]:
        notes.append("Aucun client n'est venu deux jours différents : ni rachat, ni rétention ne peuvent être étudiés.")
    if "product" in table.columns:
        blank = (table["product"].isnull() | (table["product"] == "")).sum().to_pyarrow().as_py()
        if blank:
            notes.append(f"Lignes sans produit : {number(blank)}, gardées ; l'analyse des paniers ne les compte pas.")
    days = f"{counted(sizes['days'], 'jour')} avec achats, {_period(sizes['start'], sizes['end'])}"
    total = money(sizes["cents"] / 100, decided.currency, 2)
    return f"{counted(sizes['customers'], 'client')} ; {days} ; {total} au total", notes


def _contracts(table: ibis.Table, sizes: dict, staged: Staged, decided: Decided) -> tuple[str, list[str]]:
    spans = table.agg(running=_.end_date.isnull().sum(), none=(_.end_date == _.start_date).sum().fill_null(0))
    running, none = spans.to_pyarrow().to_pylist()[0].values()
    ended, end = sizes["rows_kept"] - running, decided.settings["lecture.fin"]
    notes = []
    if not end:
        notes.append(
            f"La période observée finit le {sizes['end']:%d/%m/%Y}, dernier jour écrit dans le fichier ; "
            "les contrats en cours sont suivis jusque-là. Si l'export est plus récent : --set lecture.fin=AAAA-MM-JJ."
        )
    if not ended:
        notes.append("Aucun contrat n'est fini : ni durée de vie, ni attrition ne peuvent être étudiées.")
    if not running:
        notes.append("Tous les contrats sont finis : le fichier a-t-il aussi ceux qui courent encore ?")
    if none:
        notes.append(f"Contrats finis le jour de leur début : {number(none)}, gardés.")
    if sizes["several"]:
        notes.append(f"Clients qui ont plusieurs contrats : {number(sizes['several'])}.")
    state = f"{number(running)} en cours et {counted(ended, 'fini')}"
    clients = counted(sizes["customers"], "client")
    return f"{clients} ; contrats : {state}, {_period(sizes['start'], end or sizes['end'])}", notes


def _contacts(table: ibis.Table, sizes: dict, staged: Staged, decided: Decided) -> tuple[str, list[str]]:
    kind, notes = staged.columns.kind, []
    absent = [
        role.label
        for role in kind.roles
        if role.type in (LABEL, "direction", "money") and role.name not in staged.places
    ]
    if absent:
        notes.append(f"Colonnes absentes : {', '.join(absent)} ; ce qui en dépend ne pourra pas être étudié.")
    kept = f"{counted(sizes['customers'], 'client')} ; {_period(sizes['start'], sizes['end'])}"
    if "cost_cents" in table.columns:
        priced = table.cost_cents.count().to_pyarrow().as_py()
        kept += f" ; coût total {money(sizes['cents'] / 100, decided.currency, 2)}"
        if missing := sizes["rows_kept"] - priced:
            notes.append(f"Contacts sans coût : {number(missing)}, gardés ; le coût total ne les compte pas.")
    return kept, notes


def _target(table: ibis.Table, sizes: dict, staged: Staged, decided: Decided) -> tuple[str, list[str]]:
    yes, rows, name = table.outcome.sum().to_pyarrow().as_py(), sizes["rows_kept"], staged.columns.roles["cible"]
    if yes in (0, rows):
        raise FileRefused(
            f"La cible « {name} » du fichier « {staged.source.name} » n'a qu'une valeur : {'oui' if yes else 'non'}.",
            where=counted(rows, "ligne"),
            todo="donnez des clients de chaque sorte, ou dites une autre cible : --set colonnes.cible=NOM",
            facts=decided.facts,
        )
    return f"cible « {name} » : oui pour {counted(yes, 'client')}, soit {percent(yes / rows)}", []


def _survey(table: ibis.Table, sizes: dict, staged: Staged, decided: Decided) -> tuple[str, list[str]]:
    named = staged.columns.roles_by_column
    scales = staged.columns.canonical_scales
    answers = table.agg(**{named.get(name, name): table[name].count() for name in scales}).to_pyarrow().to_pylist()[0]
    said = ", ".join(f"« {name} » ({number(count)})" for name, count in answers.items())
    notes = []
    if "client" not in staged.places:
        notes.append("Réponses anonymes : chaque ligne est un répondant, que rien ne relie à vos clients.")
    return f"{counted(sizes['customers'], 'répondant')} ; réponses à {said}", notes


TELLERS = {
    "transactions": _transactions,
    "contracts": _contracts,
    "contacts": _contacts,
    "target": _target,
    "survey": _survey,
}


def _odd_identifiers(sizes: dict) -> list[str]:
    """Say what looks odd in the identifiers of customers."""
    found = []
    if lost := sizes["customers"] - sizes["folded"]:
        found.append(
            f"Identifiants qui ne diffèrent d'un autre que par les majuscules : {number(lost)}, laissés distincts."
        )
    if sizes["pointed"]:
        found.append(
            f"Identifiants terminés par « .0 » : {counted(sizes['pointed'], 'ligne')} (un tableur ou un export ?)."
        )
    return found


def _gaps(days: list[date]) -> list[str]:
    """Point to a first or last day that lies far from all others: a slip of the year would look like that."""
    found = []
    for ends, which in ((days[:2], "premier"), (days[:-3:-1], "dernier")):
        if len(ends) == 2 and abs((ends[1] - ends[0]).days) > LONG_GAP:
            gap = number(abs((ends[1] - ends[0]).days))
            found.append(
                f"Le {which} jour, {ends[0]:%d/%m/%Y}, est à {gap} jours de tous les autres : une faute de frappe ?"
            )
    return found

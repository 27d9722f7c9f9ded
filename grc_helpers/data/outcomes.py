"""The column to predict: yes or no, by the usual words or by the one that is stated."""

import ibis
from ibis import _

from grc_helpers.data.amounts import trimmed
from grc_helpers.data.gathering import Gathered
from grc_helpers.data.refusals import counted
from grc_helpers.style import number

YES = ("1", "1.0", "1,0", "oui", "o", "yes", "y", "true", "vrai")
NO = ("0", "0.0", "0,0", "non", "n", "no", "false", "faux")
MOST_VALUES = 20


def outcome_parts(value: ibis.Value) -> dict[str, ibis.Value]:
    """Return the text of an outcome, without spaces around."""
    return {"outcome_text": trimmed(value).fill_null("")}


def read_outcome(parts: ibis.Table, found: Gathered) -> ibis.Table:
    """Add the outcome, 1 or 0 (null when it is missing or neither), to the rows.

    The word that means yes is stated, or every word is a usual one; a column with none of the usual words is a problem.
    """
    text, stated, column = parts.outcome_text, found.settings["lecture.oui"], found.column("cible")
    sizes = parts.group_by("outcome_text").agg(n=_.count()).order_by(ibis.desc("n"), "outcome_text").limit(MOST_VALUES)
    counts = {row["outcome_text"]: row["n"] for row in sizes.to_pyarrow().to_pylist() if row["outcome_text"]}
    if stated is not None:
        found.facts.append(("Cible", f"« {column} » : oui = « {stated} », non = {_listed(counts, without=stated)}"))
        found.values["lecture.oui"] = stated
        if stated not in counts and counts:
            found.blame(
                parts, text != stated, text, column, f"valeurs dont aucune n'est « {stated} »", _say_yes(counts)
            )
        outcome = ibis.ifelse(text == "", ibis.null("int64"), (text == stated).cast("int64"))
        return parts.mutate(outcome=outcome)
    known = [word for word in counts if word.lower() in (*YES, *NO)]
    if counts and not known:
        what = f"valeurs qui ne disent ni oui ni non, {_listed(counts)}"
        found.blame(parts, text != "", text, column, what, _say_yes(counts))
    yes, no = ([word for word in known if word.lower() in words] for words in (YES, NO))
    if known:
        said = f"oui = {_listed(counts, yes)}, non = {_listed(counts, no)}"
        found.facts.append(("Cible", f"« {column} » : {said}"))
    word = text.lower()
    return parts.mutate(
        outcome=ibis.cases((word.isin(YES), ibis.literal(1, "int64")), (word.isin(NO), ibis.literal(0, "int64")))
    )


def _say_yes(counts: dict[str, int]) -> str:
    rarest = min(counts, key=counts.get)
    return f'dites la valeur qui vaut oui : --set lecture.oui="{rarest}"'


def _listed(counts: dict[str, int], words: list[str] | None = None, without: str | None = None) -> str:
    """Write values and their numbers of rows: « Yes » (1 869 lignes)."""
    shown = [word for word in (counts if words is None else words) if word != without]
    if not shown:
        return "aucune ligne"
    text = ", ".join(f"« {word} » ({counted(counts[word], 'ligne')})" for word in shown[:5])
    return text + (f" et {number(len(shown) - 5)} autres" if len(shown) > 5 else "")

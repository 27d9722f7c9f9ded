"""What the tables of this chapter say, in French sentences that follow the figures."""

from __future__ import annotations

import pandas as pd

from grc_helpers.loyalty.levels import KINDS, SOLVED
from grc_helpers.loyalty.questions import mean_interval, points
from grc_helpers.loyalty.scores import difference
from grc_helpers.style import interval, money, number, percent


def _bounds(low: float, high: float, decimals: int = 0) -> str:
    return f"(à 95 % : de {number(low, decimals)} à {number(high, decimals)})"


def move_reading(marks: pd.DataFrame, waves: pd.Series, *, mark: str) -> str:
    """Say how far the score moved from the first wave to the last, and whether chance can do it."""
    first, last = waves.min(), waves.max()
    if mark != "recommendation" or first == last:
        return f"{number(marks[mark].count())} réponses lues d'un bloc : pas d'évolution du NPS à lire."
    move, low, high = difference(marks.loc[waves == first, mark], marks.loc[waves == last, mark])
    chance = "plus que le hasard" if low > 0 or high < 0 else "le hasard peut le faire"
    return f"De {first} à {last}, le NPS bouge de {number(move)} points {_bounds(low, high)} : {chance}."


def silence_reading(silence: pd.DataFrame, sent: pd.DataFrame) -> str:
    """Say how far each way of counting is from the truth, and how much of the move it tells (``silence_table``)."""
    table = silence.assign(
        gap=(silence["nps"] - silence["true_nps"]).abs(),
        inside=silence["true_nps"].between(silence["nps_low"], silence["nps_high"]),
    )
    said = " ; ".join(
        f"{way.lower()}, {number(part['gap'].mean(), 1)} (vérité dans l'intervalle {part['inside'].sum()} fois sur "
        f"{len(part)})"
        for way, part in table.groupby("way", sort=False)
    )
    ends = silence.groupby("way", sort=False)[["nps", "true_nps"]].agg(lambda column: column.iloc[-1] - column.iloc[0])
    return (
        f"{percent(1 - sent['answered'].mean(), 0)} de silencieux. Écart moyen à la vérité, en points : {said}. "
        f"L'évolution, elle, est de {number(ends['nps'].iloc[0])} points chez ceux qui répondent, de "
        f"{number(ends['true_nps'].iloc[0])} en vérité : le biais d'une vague ressemble à celui de l'autre."
    )


def attachment_reading(marks: pd.DataFrame, *, mark: str, name: str) -> str:
    """Say the index of attachment and how it goes with the general mark."""
    mean, low, high = mean_interval(marks["attachment"])
    said = f"Indice d'attachement : {number(mean, 2)} sur 10 {_bounds(low, high, 2)}"
    if mark == "attachment" or marks[mark].nunique() < 2:
        return f"{said}."
    return f"{said} ; corrélation avec « {name} » : {number(marks['attachment'].corr(marks[mark]), 2)}."


def gap_reading(follows: pd.DataFrame, *, name: str) -> str:
    """Say which of expected quality, perceived quality and their gap goes best with the general mark."""
    best = follows["correlation"].idxmax()
    return f"« {name} » suit surtout : {best.lower()} (corrélation {number(follows.loc[best, 'correlation'], 2)})."


def leaving_reading(leavers: pd.DataFrame) -> str:
    """Say whether the classes of the score differ in those who bought nothing since, by a test of independence."""
    from scipy.stats import chi2_contingency

    table = leavers[leavers["respondents"] > 0]
    gone = (table["gone"] * table["respondents"]).round()
    chance = 1.0
    if len(table) > 1 and 0 < gone.sum() < table["respondents"].sum():
        chance = chi2_contingency([gone, table["respondents"] - gone]).pvalue
    seen = "la note trie ces clients" if chance < 0.05 else "la note ne trie pas ces clients, au-delà du hasard"
    return f"De {percent(table['gone'].min())} à {percent(table['gone'].max())} selon la classe : {seen}."


def link_reading(linked: pd.DataFrame, *, truth: float, needed: int, respondents: int) -> str:
    """Say the first link, what simulated firms show of it, and how many answers would see it."""
    raw, mended = linked.iloc[0], linked.iloc[1]
    return (
        f"Premier maillon : {points(raw['link_value'] / 100)} {_bounds(raw['low'], raw['high'], 1)}, "
        f"{number(mended['link_value'], 1)} sans le bruit de l'indice. Moyenne vraie, à un an, de firmes réglées comme "
        f"elle (section 17) : {number(truth, 1)}. Pour voir cet effet, il faudrait {number(needed)} réponses ; il y en "
        f"a {number(respondents)}."
    )


def measures_reading(flags: pd.DataFrame, declared: pd.Series, truth: pd.Series) -> str:
    """Say how many are loyal by all three measures, and how the declared share compares with the true one."""
    return (
        f"Fidèles selon les trois mesures à la fois : {percent(flags.all(axis=1).mean())}. Part de client déclarée : "
        f"{percent(declared.mean())} en moyenne ; vraie : {percent(truth.mean())}."
    )


def tenure_reading(tests: pd.DataFrame, rho: float, low: float, high: float, customers: int) -> str:
    """Say the correlation of duration with profit, and what the same customers buy, campaigns in and out."""
    gaps = tests.set_index("way")["gap"].map(percent)
    return (
        f"Merle : corrélation entre durée et profit {number(rho, 2)} {_bounds(low, high, 2)}, sur {number(customers)} "
        "clients, alors que l'ancienneté n'y fait rien : qui reste plus longtemps a plus de temps pour acheter. Écart "
        f"d'achats des mêmes clients, deuxième année contre première : {gaps['Mêmes clients, année 2 contre 1']} ; "
        f"sans les achats causés par une campagne : {gaps['Mêmes clients, hors achats causés par une campagne']}."
    )


def links_reading(links: pd.DataFrame) -> str:
    """Say which marks announce a purchase beyond chance (``one_links``; one threshold at 95 % for all the marks)."""
    from scipy.stats import norm

    error = (links["high"] - links["low"]) / (2 * 1.96)
    seen = links.index[(links["link_value"] / error).abs() > norm.isf(0.025 / len(links))]
    if len(seen):
        return "Au-delà du hasard : " + ", ".join(name.lower() for name in seen) + "."
    return (
        f"Aucune de ces notes n'annonce le rachat au-delà du hasard ({len(links)} essais à la fois : le seuil est plus "
        "haut, et un intervalle seul qui évite zéro n'y suffit pas)."
    )


def shared_reading(kinds: pd.DataFrame) -> str:
    """Say how many households buy one brand only, panel by panel, and how much they buy (``shared_loyalty``)."""
    alone = kinds.xs("Exclusive", level=1)
    rest = kinds.drop("Exclusive", level=1)
    others = (rest["purchases_mean"] * rest["households"]).groupby(level=0).sum()
    others = others / rest["households"].groupby(level=0).sum()
    said = " ; ".join(
        f"{panel.lower()}, {percent(row['share'])} de foyers exclusifs, {number(row['purchases_mean'], 1)} achats "
        f"contre {number(others[panel], 1)} chez les autres"
        for panel, row in alone.iterrows()
    )
    return f"{said[0].upper()}{said[1:]}. Moins un foyer achète, plus il paraît exclusif par hasard."


def staying_claim(followed: pd.DataFrame, leavers: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the claim K5: who left though content, who stayed though not (``chain.leaving_table``)."""
    content = (followed["recommend"] >= 7) & ~followed["kept"]
    return {
        "gone": percent(content.sum() / (~followed["kept"]).sum()),
        "stay": percent(1 - leavers["gone"].iloc[0]),
    }


def link_claim(linked: pd.DataFrame, truth: float) -> dict[str, str]:
    """Return the figures of the claim K6 (see ``chain.links``)."""
    link, low, high = (number(value, 1) for value in linked.iloc[0])
    return {"link": link, "interval": f"[{low} ; {high}]", "truth": number(truth, 1)}


def premium_claim(premiums: pd.DataFrame, gap: float, low: float, high: float) -> dict[str, str]:
    """Return the figures of the claim J16 (see ``levels.premium_by_level`` and ``levels.premium_gap``)."""
    apart, bottom, top = (number(100 * value, 1) for value in (gap, low, high))
    inflation = number(premiums["stated"].iloc[0] / premiums["true_premium"].iloc[0], 1)
    return {"inflation": inflation, "gap": apart, "interval": f"[{bottom} ; {top}]"}


def kind_claim(by_kind: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the claim J17 (see ``chain.links_by_kind``)."""
    said = [
        f"{number(row.link_value, 1)} [{number(row.low, 1)} ; {number(row.high, 1)}]" for row in by_kind.itertuples()
    ]
    offices = by_kind.iloc[1]
    counts = {"count": number(offices["respondents"]), "needed": number(offices["answers_wanted"])}
    return dict(zip(("people", "offices", "gap"), said, strict=True)) | counts


def solved_claim(by_kind: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the claim J18 (see ``levels.levels_by_kind``)."""
    row, (people, offices) = by_kind.loc[SOLVED], KINDS.values()
    reach = interval(row[f"{offices} bas"], row[f"{offices} haut"])
    return {"people": percent(row[people]), "offices": percent(row[offices]), "interval": reach}


def assumed_note(assumed: dict[str, float], *, currency: str) -> str:
    """Say what one supposes of an office (see ``levels.office_value``)."""
    coin = {name: money(value, currency, 0 if value % 1 == 0 else 2) for name, value in assumed.items()}
    return (
        f"Hypothèses : concurrent à {coin['rival_price']} le kilo ; {coin['extra_sales']} de ventes en plus, dont le "
        f"bureau garde {percent(assumed['own_margin'], 0)} ; {coin['cost_cut']} de pannes évitées ; "
        f"{number(assumed['hours_saved'])} heures gagnées à {coin['hour_cost']} ; {coin['switching']} pour changer."
    )


def worth_reading(valued: pd.DataFrame, paid: float, *, currency: str) -> str:
    """Say how the price paid compares with the economic value, and what its first lever weighs (``economic_value``)."""
    gain, value = valued.loc["Ventes en plus", "amount"], valued["amount"].iloc[-1]
    left = value - paid
    told = f"il lui reste {money(left, currency, 2)} d'avantage" if left >= 0 else "le concurrent lui vaut mieux"
    return (
        f"Ce client paie {money(paid, currency, 2)} ce qui en vaut {money(value, currency, 2)} pour lui : {told}. "
        f"Le premier levier, ses ventes, y compte pour {money(gain, currency, 2)} : c'est l'hypothèse la moins sûre, "
        f"car aucun fichier ne les suit. Sans lui, cet avantage serait de {money(left - gain, currency, 2)}."
    )

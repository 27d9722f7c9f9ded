"""The value of the customer and the value for the customer: three senses, four levels, what a price can tell."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import customer_value
from grc_helpers.errors import GrcError
from grc_helpers.loyalty.questions import mean_interval, points, share_interval
from grc_helpers.style import money, number, percent

# The highest trace that the files keep of what the firm does for a customer; a trace is not a proof of value.
LEVELS = (
    "1 · Produits et services",
    "2 · Expérience de vente",
    "3 · Résoudre un problème",
    "4 · Partenaire",
)
KINDS = {"particulier": "Particuliers", "bureau": "Bureaux"}  # BtoC, BtoB
SOLVED = "3 ou 4"
BY_KIND = {  # how to show what `levels_by_kind` returns
    "intervals": {name: (f"{name} bas", f"{name} haut") for name in KINDS.values()},
    "formats": dict.fromkeys(KINDS.values(), percent),
}


def three_senses(
    orders: pd.DataFrame, premium: pd.Series, *, end, retention: float, discount_rate: float, currency: str = "EUR"
) -> pd.DataFrame:
    """Return the three things that the course calls « valeur client », measured side by side.

    Parameters
    ----------
    orders : DataFrame
        ``customer_id``, ``date``, ``margin``.
    premium : Series
        For respondents, the extra price that they say they would accept (share of the price): value *for* them.
    retention : float
        Yearly.

    Returns
    -------
    DataFrame, one row a sense
        Texts ``Sens``, ``Question``, ``Mesure``, ``Valeur`` (each in its own unit).
    """
    year = orders[orders["date"] > pd.Timestamp(end) - pd.Timedelta(days=365)]
    margin = year.groupby("customer_id")["margin"].sum()
    coin = partial(money, currency=currency)
    each = (
        customer_value(margin.mean(), retention, discount_rate, timing="mid")
        - margin.mean() / (1 + discount_rate) ** 0.5
    )
    rows = [
        ("Valeur du client", "Que nous rapportera-t-il ?", "marges à venir d'un client actif, actualisées", coin(each)),
        (
            "Capital client",
            "Que vaut la base ?",
            f"la même, × {number(len(margin))} clients actifs",
            coin(each * len(margin)),
        ),
        ("Valeur pour le client", "Que lui apportons-nous ?", "supplément qu'il dit accepter", percent(premium.mean())),
    ]
    return pd.DataFrame(rows, columns=["Sens", "Question", "Mesure", "Valeur"])


def levels_reached(clients: pd.DataFrame, contracts: pd.DataFrame, contacts: pd.DataFrame, *, end) -> pd.Series:
    """Return the highest level of which the files keep a trace, for each customer.

    4: an office that a rep visited in the last year and that has a running contract. 3: a running contract. 2: the
    card, which comes with service in the shop. 1: none of these.

    Parameters
    ----------
    clients : DataFrame
        ``customer_id``, ``kind``, ``card_from``.
    contracts, contacts : DataFrame
        ``customer_id``, ``end`` (NaT: running); ``customer_id``, ``date``, ``channel``.
    """
    day = pd.Timestamp(end)
    ids = clients["customer_id"]
    running = ids.isin(contracts.loc[contracts["end"].isna(), "customer_id"])
    visited = contacts[(contacts["channel"] == "visite") & (contacts["date"] > day - pd.Timedelta(days=365))]
    partner = running & (clients["kind"] == "bureau") & ids.isin(visited["customer_id"])
    card = pd.to_datetime(clients["card_from"]).le(day)
    reached = np.select([partner, running, card], [3, 2, 1], 0)
    return pd.Series([LEVELS[k] for k in reached], index=ids.to_numpy(), name="level")


def kinds_of(clients: pd.DataFrame) -> pd.Series:
    """Return each customer's kind, « Particuliers » or « Bureaux », by ``customer_id``."""
    kinds = pd.Categorical(clients["kind"].map(KINDS), categories=list(KINDS.values()))
    return pd.Series(kinds, index=clients["customer_id"].to_numpy())


def levels_by_kind(kinds: pd.Series, reached: pd.Series) -> pd.DataFrame:
    """Return how the customers of each kind share themselves among the levels, and those at level 3 or 4.

    Parameters
    ----------
    kinds, reached : Series, by customer
        What :func:`kinds_of` and :func:`levels_reached` return.

    Returns
    -------
    DataFrame, one row a level, then levels 3 and 4 together
        ``customers``; for each kind its name (share of the kind) and that name + « bas », « haut » (95 % interval).
    """
    rows = {}
    for name, wanted in [*((level, [level]) for level in LEVELS), (SOLVED, LEVELS[2:])]:
        there = reached.isin(wanted)
        row = {"customers": int(there.sum())}
        for kind in KINDS.values():
            own = kinds.reindex(reached.index) == kind
            bounds = share_interval((there & own).sum(), own.sum())
            row |= dict(zip((kind, f"{kind} bas", f"{kind} haut"), bounds, strict=True))
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("value_level")


def premium_by_level(answers: pd.DataFrame, levels: pd.Series, truth: pd.Series) -> pd.DataFrame:
    """Return the extra price accepted by level: as customers say it, and as the simulator knows it.

    Parameters
    ----------
    answers : DataFrame
        ``customer_id``, ``stated_premium`` (share of the price); each customer's last answer counts.
    levels, truth : Series
        By customer: the level, the true premium.

    Returns
    -------
    DataFrame, one row a level
        ``respondents``, ``stated``, ``stated_low``, ``stated_high``, ``true_premium`` (of the same customers).
    """
    last = answers.groupby("customer_id")["stated_premium"].last().dropna()
    rows = {}
    for level in LEVELS:
        ids = last.index[last.index.map(levels) == level]
        rows[level] = [len(ids), *mean_interval(last[ids]), truth.reindex(ids).mean()]
    names = ["respondents", "stated", "stated_low", "stated_high", "true_premium"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("value_level")


def premium_gap(answers: pd.DataFrame, levels: pd.Series) -> tuple[float, float, float]:
    """Return how much more the customers of level 2 and above say they accept than those of level 1 (95 % interval)."""
    last = answers.groupby("customer_id")["stated_premium"].last().dropna()
    first = last.index.map(levels) == LEVELS[0]
    pair = [mean_interval(last[mask]) for mask in (~first, first)]
    gap, reach = pair[0][0] - pair[1][0], np.hypot(*(part[0] - part[1] for part in pair))
    return gap, gap - reach, gap + reach


def economic_value(
    rival_price: float, *, sales_gain: float, cost_cut: float, time_saved: float, switching: float
) -> pd.DataFrame:
    """Return the economic value for a customer: the price at which our offer and the rival's would be worth the same.

    Rival's price + what our offer makes them earn and save − what it costs them to change (Forbis & Mehta 1981).

    Raises
    ------
    GrcError
        A price that is not positive.
    """
    if rival_price <= 0:
        raise GrcError(f"Le prix de l'offre concurrente doit être positif (reçu : {rival_price:g}).")
    steps = {
        "Prix de l'offre concurrente": rival_price,
        "Ventes en plus": sales_gain,
        "Charges en moins": cost_cut,
        "Temps gagné": time_saved,
        "Coût de changement": -switching,
    }
    table = pd.DataFrame({"amount": steps}).rename_axis("value_step")
    table.loc["Prix au-dessus duquel il préfère le concurrent"] = sum(steps.values())
    return table


def office_value(
    kilos: float, *, rival_price: float, extra_sales: float, own_margin: float, cost_cut: float, hours_saved: float,
    hour_cost: float, switching: float,
) -> pd.DataFrame:  # fmt: skip
    """Return :func:`economic_value` for an office, from what one would ask it.

    Parameters
    ----------
    kilos : float
        Coffee of a year.
    rival_price : float
        A kilogram at the rival's.
    extra_sales, own_margin : float
        Sales a year that our offer brings the office, and what it keeps of them (a share).
    cost_cut, switching : float
        Costs saved in a year; what changing costs.
    hours_saved, hour_cost : float
        A year; what an hour costs the office.
    """
    return economic_value(
        rival_price * kilos, sales_gain=extra_sales * own_margin, cost_cut=cost_cut,
        time_saved=hours_saved * hour_cost, switching=switching,
    )  # fmt: skip


def office_needs(
    sales: pd.DataFrame, lines: pd.DataFrame, products: pd.DataFrame, offices: set, *, end
) -> tuple[float, float]:
    """Return what a median office bought in the last year: kilograms of coffee, amount paid for them."""
    year = sales[(sales["date"] > pd.Timestamp(end) - pd.Timedelta(days=365)) & sales["customer_id"].isin(offices)]
    kilos = products.loc[products["unit"] == "kg", "product_id"]
    bought = lines[lines["product_id"].isin(kilos)].merge(year[["order_id", "customer_id"]], on="order_id")
    sums = bought.groupby("customer_id")[["quantity", "amount"]].sum()
    return float(sums["quantity"].median()), float(sums["amount"].median())


def concentration(amounts: pd.Series) -> dict[str, float]:
    """Return how much an activity leans on a few accounts.

    Returns
    -------
    dict
        ``accounts``, ``first``, ``five``, ``ten`` (shares of the largest), ``hhi`` (Σ share², Hirschman–Herfindahl),
        ``equivalent`` (1 ÷ hhi: accounts of equal size that would give the same index).
    """
    shares = np.sort(amounts[amounts > 0].to_numpy(dtype=float))[::-1]
    if not len(shares):
        raise GrcError("Aucun compte n'a acheté : il n'y a pas de concentration à mesurer.")
    shares = shares / shares.sum()
    hhi = float((shares**2).sum())
    tops = {name: float(shares[:k].sum()) for name, k in (("first", 1), ("five", 5), ("ten", 10))}
    return {"accounts": len(shares), **tops, "hhi": hhi, "equivalent": 1 / hhi}


def levers_compared(
    contracts: pd.DataFrame, relation: pd.Series, orders: pd.DataFrame, *, days: int, end
) -> pd.DataFrame:
    """Return what a barrier and what trust keep: the contract, or the customer's purchases.

    Parameters
    ----------
    contracts : DataFrame
        ``customer_id``, ``start``, ``end`` (NaT: running), ``penalty`` (drawn by lot).
    relation : Series
        By respondent, the quality of the relation out of 10.
    orders : DataFrame
        ``customer_id``, ``date``.

    Returns
    -------
    DataFrame, one row a lever and a group
        ``lever``, ``customers``, ``contract``, ``contract_low``, ``contract_high`` (contracts that last ``days`` days),
        ``buying``, ``buying_low``, ``buying_high`` (holders who bought in the ``days`` days that follow them).
    """
    from grc_helpers.loyalty.chain import in_window

    due = contracts[contracts["start"] + pd.Timedelta(days=2 * days) <= pd.Timestamp(end)]
    stop = due["end"].fillna(pd.Timestamp(end))
    kept = (stop - due["start"]).dt.days > days
    buying = (
        in_window(due.assign(date=due["start"]), orders.assign(margin=0.0), first=days + 1, last=2 * days)["orders"] > 0
    )
    mark = due["customer_id"].map(relation)
    groups = {
        "Barrière : sans pénalité": ~due["penalty"],
        "Barrière : avec pénalité": due["penalty"],
        "Confiance : relation notée sous la médiane": mark < mark.median(),
        "Confiance : relation notée au-dessus": mark >= mark.median(),
    }
    rows = {}
    for name, inside in groups.items():
        counts = [share_interval((flag & inside).sum(), inside.sum()) for flag in (kept, buying)]
        rows[name] = [int(inside.sum()), *counts[0], *counts[1]]
    names = ["customers", "contract", "contract_low", "contract_high", "buying", "buying_low", "buying_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("lever")


def lever_reading(table: pd.DataFrame) -> str:
    """Say what the penalty changed of contracts and of purchases, and whether trust shows (see ``levers_compared``)."""
    said = []
    for first, name in ((0, "La pénalité"), (2, "Une relation mieux notée")):
        pair, parts = table.iloc[[first, first + 1]], []
        for column, what in (("contract", "les contrats gardés"), ("buying", "les clients qui achètent encore")):
            gap = pair[column].iloc[1] - pair[column].iloc[0]
            reach = 1.96 * np.sqrt((pair[column] * (1 - pair[column]) / pair["customers"]).sum())
            clear = "au-delà du hasard" if abs(gap) > reach else "dans la marge du hasard"
            parts.append(f"{'+' if gap > 0 else ''}{points(gap)} sur {what} ({clear})")
        said.append(f"{name} : {parts[0]}, {parts[1]}.")
    return " ".join(said)

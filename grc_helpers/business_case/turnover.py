"""What makes the turnover, and which factor made it change: exact decomposition of a change between two periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import money

FACTORS = ("customers", "orders_per_customer", "basket")
NAMES = {"customers": "Clients", "orders_per_customer": "Commandes par client", "basket": "Panier moyen"}
MARKET_NAMES = {
    "base_customers": "clients", "category_spend": "dépense de catégorie", "wallet_share": "part de client",
    "presence": "durée",
}  # fmt: skip
YEAR = pd.Timedelta(days=365)


def two_periods(start, end) -> tuple[tuple[pd.Timestamp, pd.Timestamp], tuple[pd.Timestamp, pd.Timestamp]]:
    """Return two periods of equal length, the last ones: (start, end) of each, ends left out.

    The last two years of 365 days if the data have them, else the two halves of the data.

    Raises
    ------
    GrcError
        When the data last less than two days.
    """
    first, after = pd.Timestamp(start), pd.Timestamp(end) + pd.Timedelta(days=1)
    length = min(YEAR, pd.Timedelta(days=(after - first).days // 2))
    if length < pd.Timedelta(days=1):
        raise GrcError(
            "Ces ventes tiennent en un seul jour : il n'y a pas deux périodes à comparer.",
            where=f"du {first:%d/%m/%Y} au {pd.Timestamp(end):%d/%m/%Y}",
            todo="donnez des ventes sur une plus longue durée",
        )
    return (after - 2 * length, after - length), (after - length, after)


def customer_periods(daily: pd.DataFrame, periods) -> pd.DataFrame:
    """Return what each customer bought in each period.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount`` (currency units), ``orders``.
    periods : pairs of dates
        What :func:`two_periods` returns.

    Returns
    -------
    DataFrame, one row a customer
        ``orders_0``, ``amount_0``, ``orders_1``, ``amount_1``.
    """
    parts = []
    for place, (start, end) in enumerate(periods):
        kept = daily[(daily["date"] >= start) & (daily["date"] < end)]
        parts.append(kept.groupby("customer_id")[["orders", "amount"]].sum().add_suffix(f"_{place}"))
    return pd.concat(parts, axis=1).fillna(0.0).rename_axis("customer_id")


def factors(each: pd.DataFrame, period: int) -> dict[str, float]:
    """Return the factors of a period's turnover: customers × orders per customer × basket, exactly the turnover.

    Raises
    ------
    GrcError
        When a period has no order, or a turnover that is not positive: a logarithm then has no meaning.
    """
    orders, amount = each[f"orders_{period}"], each[f"amount_{period}"]
    customers, total = int((orders > 0).sum()), float(amount.sum())
    if not customers or total <= 0:
        raise GrcError(
            "Le chiffre d'affaires d'une des deux périodes n'est pas positif : il ne se décompose pas en facteurs.",
            where=f"période {period + 1} : {customers} clients, {total:g} de ventes",
            todo="choisissez un fichier dont les deux périodes ont des ventes",
        )
    return {
        "customers": float(customers), "orders_per_customer": orders.sum() / customers,
        "basket": total / orders.sum(),
    }  # fmt: skip


def logarithmic_mean(a, b):
    """Return L(a, b) = (a − b)/ln(a/b), and a when both are equal; both positive."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    gap = np.log(a / b)
    close = np.abs(gap) < 1e-6  # there L = √(ab), at the order of gap²
    return np.where(close, np.sqrt(a * b), (a - b) / np.where(close, 1.0, gap))


def lmdi(before: dict[str, float], after: dict[str, float]) -> pd.Series:
    """Share the change of a product between its factors: L(V₁, V₀)·ln(x₁/x₀) each; the sum is the change, exactly.

    Parameters
    ----------
    before, after : dict of str to float
        The same factors, all positive.

    Raises
    ------
    GrcError
        Other factors, or one that is zero or negative.

    References
    ----------
    Ang, B. W. (2004). Decomposition analysis for policymaking in energy: which is the preferred method? *Energy Policy*
    32(9): additive LMDI-I.
    """
    if list(before) != list(after):
        raise GrcError("Les deux périodes n'ont pas les mêmes facteurs.", where=f"{list(before)} ; {list(after)}")
    for when, values in (("avant", before), ("après", after)):
        for name, value in values.items():
            if not value > 0:
                raise GrcError(
                    "Un facteur nul ou négatif ne se décompose pas : la formule prend son logarithme.",
                    where=f"« {name} » vaut {value:g} {when}",
                    todo="isolez d'abord ce qui naît ou disparaît (un produit nouveau, un canal fermé) : tout "
                    "l'écart lui revient",
                )
    weight = logarithmic_mean(np.prod(list(after.values())), np.prod(list(before.values())))
    return pd.Series({name: float(weight * np.log(after[name] / before[name])) for name in before})


def one_at_a_time(before: dict[str, float], after: dict[str, float], order) -> pd.Series:
    """Return the contributions found by changing one factor after another, in an order (which they depend on)."""
    values, found = dict(before), {}
    for name in order:
        start = np.prod(list(values.values()))
        values[name] = after[name]
        found[name] = float(np.prod(list(values.values())) - start)
    return pd.Series(found)


def change_table(each: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return the factors of two periods and what each contributed, with 95 % intervals by drawing customers.

    Parameters
    ----------
    each : DataFrame
        What :func:`customer_periods` returns.

    Returns
    -------
    DataFrame, one row a factor
        ``factor_before``, ``factor_after``, ``factor_change`` (currency units), ``factor_change_low`` and
        ``factor_change_high`` (95 %).
    """
    before, after = factors(each, 0), factors(each, 1)
    table = pd.DataFrame({"factor_before": before, "factor_after": after, "factor_change": lmdi(before, after)})
    rng, n = np.random.default_rng(seed), len(each)
    values = {name: each[name].to_numpy() for name in each}
    drawn = []
    for _ in range(n_boot):
        weight = rng.multinomial(n, np.full(n, 1 / n))
        sides = []
        for period in (0, 1):
            orders, amount = (weight @ values[f"{name}_{period}"] for name in ("orders", "amount"))
            sides.append((float(weight @ (values[f"orders_{period}"] > 0)), orders, amount))
        if min(side[0] for side in sides) and min(side[2] for side in sides) > 0:
            pair = [dict(zip(FACTORS, (c, o / c, a / o), strict=True)) for c, o, a in sides]
            drawn.append(lmdi(*pair))
    low, high = np.quantile(pd.DataFrame(drawn), [0.025, 0.975], axis=0)
    return table.assign(factor_change_low=low, factor_change_high=high).rename_axis("factor")


def tell_change(daily: pd.DataFrame, start, end, *, n_boot: int, seed: int):
    """Return the two last periods of some sales, what made the turnover change, and a warning or a reason.

    Returns
    -------
    labels : list of str
        First and last day of each period.
    table : DataFrame or None
        See :func:`change_table`; None when the change cannot be shared.
    said : str
        Without a table, what is missing; with halves of a short file, a warning on seasons; else "".
    """
    try:
        periods = two_periods(start, end)
        table = change_table(customer_periods(daily, periods), n_boot=n_boot, seed=seed)
    except GrcError:
        return [], None, "des ventes positives dans deux périodes qui se suivent"
    labels = [f"{first:%d/%m/%Y} – {after - pd.Timedelta(days=1):%d/%m/%Y}" for first, after in periods]
    short = periods[0][1] - periods[0][0] < YEAR
    return labels, table, " Moins de deux ans de ventes : l'écart mêle la tendance et les saisons." if short else ""


def tell_order(change: pd.DataFrame, currency: str) -> str:
    """Say what changing factors one after another would give customers, first or last, and the rest of the sharing."""
    before, after = change["factor_before"], change["factor_after"]
    first, last = (one_at_a_time(before, after, order)["customers"] for order in (FACTORS, FACTORS[::-1]))
    rest = change["factor_change"].sum() - (after.prod() - before.prod())
    return (
        f"Part des clients dans l'écart : {money(change.loc['customers', 'factor_change'], currency)}. En changeant "
        f"les clients d'abord, on dirait {money(first, currency)} ; en dernier, {money(last, currency)}. Reste de la "
        f"décomposition : {money(rest, currency, 2)}."
    )


def tell_market(market: pd.DataFrame, currency: str) -> str:
    """Say what each of the four factors brought between the first and the last year of :func:`market_factors`."""
    first, last = (row.drop("turnover").to_dict() for _year, row in market.iloc[[0, -1]].iterrows())
    shares, change = lmdi(first, last), market["turnover"].iloc[-1] - market["turnover"].iloc[0]
    said = " ; ".join(f"{MARKET_NAMES[name]} {money(value, currency)}" for name, value in shares.items())
    return (
        f"De {market.index[0]:.0f} à {market.index[-1]:.0f}, le CA change de {money(change, currency)} : {said}. "
        f"Reste : {money(change - shares.sum(), currency, 2)}."
    )


def market_factors(truth: pd.DataFrame, sales: pd.DataFrame, years) -> pd.DataFrame:
    """Return the four factors of the simulated firm's turnover, year by year, where its market is known.

    Parameters
    ----------
    truth : DataFrame
        ``customer_id``, ``acquired``, ``lifetime_end`` (day, or nothing), ``category_spend_year`` (in all shops).
    sales : DataFrame
        ``date``, ``amount``.

    Returns
    -------
    DataFrame, one row a year
        ``base_customers`` (customer at some time of the year), ``category_spend`` (of one of them in a year, all shops,
        currency units), ``wallet_share`` (what they leave here), ``presence`` (part of the year that one is customer,
        on average), ``turnover``: their product, exactly.
    """
    since, until = pd.to_datetime(truth["acquired"]), pd.to_datetime(truth["lifetime_end"])
    rows = {}
    for year in years:
        start, end = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
        until_here = until.fillna(end).clip(upper=end)
        present = ((until_here - since.clip(lower=start)).dt.days / (end - start).days).clip(lower=0)
        turnover = float(sales.loc[(sales["date"] >= start) & (sales["date"] < end), "amount"].sum())
        spent, lived, here = (present * truth["category_spend_year"]).sum(), present.sum(), int((present > 0).sum())
        rows[year] = {
            "base_customers": here, "category_spend": spent / lived, "wallet_share": turnover / spent,
            "presence": lived / here, "turnover": turnover,
        }  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("year")

"""Three analyses of one question: the firm's history, its customers, and relations between elements of its market."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from grc_helpers.data.warehouse import collect

GONE, MOST = "parti", 6
QUARTER = 91
CHANNELS = ("channel", "canal", "canal de vente")  # how a column of channels is called


def history(daily: pd.DataFrame, *, start, end) -> pd.DataFrame:
    """Return the sales of each quarter of 91 days, counted back from the end: what the firm knows of itself.

    Returns
    -------
    DataFrame, oldest first
        ``quarter_end`` (date), ``sales`` (currency units), ``buyers``, ``year_before`` (sales of the quarter that ends
        364 days earlier; NaN when it is not observed).
    """
    age = (pd.Timestamp(end) - daily["date"]).dt.days
    seen = ((pd.Timestamp(end) - pd.Timestamp(start)).days + 1) // QUARTER
    back = (age // QUARTER).astype(int)
    table = daily[back < seen].groupby(back).agg(sales=("amount", "sum"), buyers=("customer_id", "nunique"))
    table = table.reindex(range(seen), fill_value=0)
    table["year_before"] = table["sales"].shift(-4)
    table.insert(0, "quarter_end", [pd.Timestamp(end) - timedelta(days=QUARTER * k) for k in table.index])
    return table.iloc[::-1].reset_index(drop=True)


def market_elements(data) -> tuple[pd.DataFrame, str] | None:
    """Return each customer's sales by day and element of the market, and what the elements are.

    Elements are the channels of sale if the source has them, else the categories of its products.

    Returns
    -------
    (DataFrame, str) or None
        ``customer_id``, ``date``, ``element``, ``amount``; « canaux » or « rayons ». None when the source has neither.
    """
    from grc_helpers.data.product_lines import product_lines
    from grc_helpers.errors import GrcError

    channel = next((name for name in data.table.columns if name.casefold() in CHANNELS), None)
    if channel:
        table, what, column = data.table, "canaux", channel
    else:
        try:
            table, what, column = product_lines(data), "rayons", "category"
        except GrcError:
            return None
        if column not in table.columns:
            return None
    rows = table.filter(table[column].notnull()).group_by("customer_id", "date", element=table[column].cast("string"))
    frame = collect(rows.agg(cents=table.amount_cents.sum().cast("int64")))
    frame = frame.assign(date=pd.to_datetime(frame["date"]), amount=frame["cents"] / 100)
    return frame[["customer_id", "date", "element", "amount"]], what


def relations(sales: pd.DataFrame, *, cuts, least: int = 20) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return where the customers of each element go from one period to the next, and what each element gained or lost.

    A customer belongs to the element where they spent most in a period. Elements beyond the largest are put together.

    Parameters
    ----------
    sales : DataFrame
        ``customer_id``, ``date``, ``element``, ``amount``.
    cuts : list of 4 dates
        ``strategy.three_periods``; the last two periods are compared.
    least : int
        Customers under which an element has no row in ``moves``.

    Returns
    -------
    moves : DataFrame, rows « avant », columns « après » and « parti »
        Shares of each row's customers.
    change : DataFrame indexed by market_element
        ``customers`` (before), ``sales_before``, ``sales_after``, ``sales_change``, ``from_kept`` (of which from
        customers seen in both periods), ``from_flows`` (from those who came or went).
    """
    days = [pd.Timestamp(cut) for cut in cuts[1:]]
    inside = sales[(sales["date"] >= days[0]) & (sales["date"] < days[2])]
    largest = inside.groupby("element")["amount"].sum().nlargest(MOST).index
    inside = inside.assign(
        element=inside["element"].where(inside["element"].isin(largest), "autres"),
        when=(inside["date"] >= days[1]).map({False: "before", True: "after"}),
    )
    spent = inside.groupby(["when", "customer_id", "element"])["amount"].sum().astype(float)
    before, after = (spent[when].unstack(fill_value=0.0) for when in ("before", "after"))
    main = after.idxmax(axis=1).reindex(before.index).fillna(GONE)
    mine = before.idxmax(axis=1)
    moves = pd.crosstab(mine, main, normalize="index")[mine.value_counts().sort_index().to_numpy() >= least]
    names = [*largest, *(["autres"] if "autres" in set(inside["element"]) else [])]
    moves = moves.reindex(index=[name for name in names if name in moves.index], columns=[*names, GONE], fill_value=0.0)
    kept = before.index.intersection(after.index)
    before, after = (table.reindex(columns=names, fill_value=0.0) for table in (before, after))
    change = pd.DataFrame(
        {
            "customers": (before > 0).sum(),
            "sales_before": before.sum(),
            "sales_after": after.sum(),
            "sales_change": after.sum() - before.sum(),
            "from_kept": after.loc[kept].sum() - before.loc[kept].sum(),
        }
    ).rename_axis("market_element")
    return moves.rename_axis("market_element"), change.assign(from_flows=change["sales_change"] - change["from_kept"])


def competitors(wallet: pd.DataFrame) -> pd.DataFrame:
    """Return, of the customers surveyed, who buys elsewhere, where first, and what they leave there a year.

    Parameters
    ----------
    wallet : DataFrame
        ``customer_id``, ``declared_share``, ``declared_category`` (a year), ``main_competitor``.

    Returns
    -------
    DataFrame indexed by competitor
        ``respondents``, ``declared_share`` (mean, bought from us), ``spent_elsewhere`` (mean a year).
    """
    away = wallet.assign(elsewhere=(1 - wallet["declared_share"]) * wallet["declared_category"])
    return away.groupby("main_competitor").agg(
        respondents=("customer_id", "size"),
        declared_share=("declared_share", "mean"),
        spent_elsewhere=("elsewhere", "mean"),
    ).rename_axis("competitor").sort_values("respondents", ascending=False)  # fmt: skip

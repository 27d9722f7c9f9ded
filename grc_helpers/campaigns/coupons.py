"""Coupons: who redeems them, and why what targeted households spend more is no effect."""

from __future__ import annotations

import numpy as np
import pandas as pd


def redemption_pairs(campaigns: pd.DataFrame, redemptions: pd.DataFrame, descriptions: pd.DataFrame) -> pd.DataFrame:
    """Return one row a household and campaign: ``household_id``, ``campaign_id``, ``campaign_type``, ``redeemed``."""
    keys = ["campaign_id", "household_id"]
    used = redemptions[keys].drop_duplicates().assign(redeemed=True)
    pairs = (
        campaigns[keys]
        .merge(used, on=keys, how="left")
        .merge(descriptions[["campaign_id", "campaign_type"]], on="campaign_id")
    )
    return pairs.assign(redeemed=pairs["redeemed"].eq(True))


def redemption_by_type(pairs: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return the redemption rate by type of campaign, with its interval when households are drawn again.

    A household that gets several campaigns redeems them, or not, as one person: counting each pair as a draw of its own
    would make the interval too narrow.

    Returns
    -------
    DataFrame, one row a type, then « Ensemble »
        ``pairs``, ``households``, ``redeemed`` (pairs with a redemption), ``rate_of_use``, ``low``, ``high``.
    """
    table = pairs.groupby(["household_id", "campaign_type"])["redeemed"].agg(["sum", "size"]).unstack(fill_value=0)
    types = sorted(pairs["campaign_type"].unique())
    used, sent = (table[name].reindex(columns=types).to_numpy(dtype=float) for name in ("sum", "size"))
    used, sent = (np.column_stack([each, each.sum(axis=1)]) for each in (used, sent))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(used), np.full(len(used), 1 / len(used)), size=n_boot)
    low, high = np.quantile((weights @ used) / (weights @ sent), [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "pairs": sent.sum(axis=0).astype(int), "households": (sent > 0).sum(axis=0),
            "redeemed": used.sum(axis=0).astype(int), "rate_of_use": used.sum(axis=0) / sent.sum(axis=0),
            "low": low, "high": high,
        },
        index=pd.Index([*types, "Ensemble"], name="campaign_type"),
    )  # fmt: skip


def lift_before_and_during(daily: pd.DataFrame, targeted, *, start, end) -> pd.DataFrame:
    """Return what targeted households and the others spend a day during a campaign, and in as many days before.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount``.
    targeted : collection
        Households that got the campaign.
    start, end : date
        First and last day of the campaign.

    Returns
    -------
    DataFrame, rows « avant » and « pendant »
        ``targeted``, ``others`` (means of spending a day), ``ratio``.
    """
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    length = (end - start).days + 1
    everyone = pd.Index(daily["customer_id"].unique())
    group = everyone.isin(set(targeted))
    rows = {}
    for name, since in {"avant": start - pd.Timedelta(days=length), "pendant": start}.items():
        kept = daily[(daily["date"] >= since) & (daily["date"] < since + pd.Timedelta(days=length))]
        spent = kept.groupby("customer_id")["amount"].sum().reindex(everyone).fillna(0).to_numpy() / length
        rows[name] = {"targeted": spent[group].mean(), "others": spent[~group].mean()}
    table = pd.DataFrame(rows).T
    return table.assign(ratio=table["targeted"] / table["others"]).rename_axis("when")


def widest_campaign(daily: pd.DataFrame, pairs: pd.DataFrame, descriptions: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return the campaign that reaches most households, and its :func:`lift_before_and_during`.

    Parameters
    ----------
    pairs : DataFrame
        What :func:`redemption_pairs` returns.
    descriptions : DataFrame
        ``campaign_id``, ``start_date``, ``end_date``.
    """
    name = pairs["campaign_id"].value_counts().index[0]
    dates = descriptions.set_index("campaign_id").loc[name]
    targeted = pairs.loc[pairs["campaign_id"] == name, "household_id"]
    return name, lift_before_and_during(daily, targeted, start=dates["start_date"], end=dates["end_date"])

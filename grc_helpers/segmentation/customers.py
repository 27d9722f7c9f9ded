"""Customers as they look in one half-year, and what they bring in the next: what every segmentation is judged on.

Each customer is described by the first of the last two half-years; the goal is the profit of the second. All that is
counted is additive over weeks, so that the same description can be made of odd weeks alone or of even weeks alone: two
measures of the same customer, made at the same time (test and retest).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import ibis
import numpy as np
import pandas as pd
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.attributes import customer_attributes, find_mixes, names_in_file, run
from grc_helpers.style import number
from grc_helpers.tier_stability import two_half_years

BEHAVIOUR = ("orders", "spend", "basket", "silence")
MOST_KINDS = 6
ENOUGH = 40  # customers measured again, below which nothing is said of the second measure
MINIMUM = 50  # customers of the first half-year, below which nothing is segmented


@dataclass(frozen=True)
class Customers:
    """The customers of a first half-year.

    Attributes
    ----------
    cuts : list of three dates
        First day of each half-year, then the day after the last.
    now, later : DataFrame
        The same customers (index: customer_id), criteria measured in each half; ``later`` only those who bought then.
    odd, even : DataFrame
        Criteria measured on the odd and on the even weeks of the first half, for those who bought in both.
    goal : Series
        Profit of the second half, in currency units; 0 for who did not buy.
    families : dict of str to list of str
        Columns of ``now`` by family of criteria.
    aside : DataFrame
        Columns set aside as criteria: ``column``, ``why``.
    reach : Series or None
        Whether each customer can be reached by a message.
    total : int
        Customers of the first half, before any drawing by lot.
    """

    cuts: list[date]
    now: pd.DataFrame = field(repr=False)
    later: pd.DataFrame = field(repr=False)
    odd: pd.DataFrame = field(repr=False)
    even: pd.DataFrame = field(repr=False)
    goal: pd.Series = field(repr=False)
    families: dict[str, list[str]]
    aside: pd.DataFrame = field(repr=False)
    reach: pd.Series | None
    total: int

    @property
    def gone(self) -> pd.Series:
        """Whether each customer bought nothing in the second half."""
        return ~self.now.index.to_series().isin(self.later.index)

    def columns(self, *families: str) -> list[str]:
        """Return the columns of some families."""
        return [column for family in families for column in self.families.get(family, [])]

    def steady(self, *families: str) -> list[str]:
        """Return the columns of some families that distinguish customers whenever they are measured."""
        tables = [self.now, *(table for table in (self.later, self.odd) if len(table) >= ENOUGH)]
        return [c for c in self.columns(*families) if all(table[c].nunique() > 1 for table in tables)]

    def with_family(self, family: str, frame: pd.DataFrame) -> Customers:
        """Return the same customers with one more family of criteria, that does not change with the half-year."""
        tables = {name: getattr(self, name).join(frame) for name in ("now", "later", "odd", "even")}
        return replace(self, **tables, families=self.families | {family: list(frame.columns)})


def describe_customers(
    data,
    *,
    seed: int,
    margin_rate: float = 0.30,
    cost_per_order: float = 1.0,
    most: int = 3000,
    need_column: str = "",
    channel_column: str = "",
    profit: pd.Series | None = None,
) -> Customers:
    """Describe the customers of the first of the last two half-years.

    Parameters
    ----------
    data : Dataset
        Transactions.
    margin_rate, cost_per_order : float
        Supposed cost model: profit = margin_rate × sales − cost_per_order × orders, in currency units.
    seed : int
        Of the drawing by lot when there are more than ``most`` customers.
    need_column, channel_column : str
        The columns of the table that say what is bought and where; found by their names when empty.
    profit : Series indexed by customer_id, optional
        The goal, where it is known better than by the cost model.

    Raises
    ------
    GrcError
        Fewer than fifty customers, an unknown column, customers who all bring the same, or who cost more than they
        bring on average (no action could then be worth its cost).
    """
    cuts = two_half_years(data.observation_start, data.observation_end)
    table, mixes = find_mixes(data, need=need_column, channel=channel_column)
    sums = _sums(table, cuts, mixes)
    first = sums[sums["half"] == 0]
    known = pd.Index(sorted(first["customer_id"].unique()))
    if len(known) < MINIMUM:
        raise GrcError(
            "Trop peu de clients pour une segmentation.",
            where=f"{len(known)} clients ont acheté entre le {cuts[0]:%d/%m/%Y} et le {cuts[1]:%d/%m/%Y}",
            todo=f"il en faut au moins {MINIMUM} : donnez un fichier plus long ou plus complet",
        )
    kept = known if len(known) <= most else known[np.sort(np.random.default_rng(seed).permutation(len(known))[:most])]
    sums = sums[sums["customer_id"].isin(kept)]
    ends = cuts[1], cuts[2]
    now, later = (_criteria(sums[sums["half"] == half], ends[half], mixes) for half in (0, 1))
    weeks = [_criteria(sums[(sums["half"] == 0) & (sums["odd"] == odd)], cuts[1], mixes) for odd in (1, 0)]
    both = weeks[0].index.intersection(weeks[1].index)
    given = customer_attributes(data, kept, told=mixes.values())
    attributes = given.values
    for frame in (now, later, *weeks):
        frame["profit"] = margin_rate * frame["spend"] - cost_per_order * frame["orders"]
    gain = profit if profit is not None else later["profit"]
    goal = gain.reindex(now.index).fillna(0.0).rename("goal")
    if goal.nunique() < 2:
        raise GrcError(
            "Tous les clients rapportent la même chose : il n'y a rien à expliquer.",
            where=f"achats du {cuts[1]:%d/%m/%Y} à la fin de l'observation",
            todo="donnez un fichier où les achats diffèrent, sur deux semestres",
        )
    if goal.mean() <= 0:
        raise GrcError(
            "En moyenne, ces clients coûtent plus qu'ils ne rapportent : aucune action ne peut payer.",
            where=f"profit moyen du second semestre : {number(goal.mean(), 2)} par client",
            todo="baissez « cost_per_order » ou relevez « margin_rate » pour qu'ils ressemblent à votre entreprise",
        )
    families = {"profil": list(attributes.columns), "rentabilité": ["profit"], "comportement": list(BEHAVIOUR)}
    families["comportement"] += [column for column in now if column.startswith("need: ")]
    families["situation"] = [c for c in now if c in ("weekend", "morning", "evening") or c.startswith("channel: ")]
    tables = [frame.join(attributes) for frame in (now, later, weeks[0].loc[both], weeks[1].loc[both])]
    aside = given.aside.replace({"column": names_in_file(data)})
    return Customers(cuts, *tables, goal, families, aside, given.reach, len(known))


def _sums(table, cuts: list[date], mixes: dict[str, str]) -> pd.DataFrame:
    """Sum up each customer's purchases by half-year and parity of the week (and by kind of each mix)."""
    lines = table.filter(_.date >= cuts[0], _.date < cuts[2])
    origin = ibis.literal(cuts[0])
    lines = lines.mutate(
        half=(_.date >= cuts[1]).cast("int64"),
        odd=(
            ((_.date.cast("timestamp").epoch_seconds() - origin.cast("timestamp").epoch_seconds()) // 604800) % 2
        ).cast("int64"),
        order=(_.order_id if "order_id" in table.columns else _.date.cast("string")),
    )
    keys = ["customer_id", "half", "odd"]
    clock = {}
    if "hour" in lines.columns and lines.hour.type().is_integer():
        clock = {
            "morning": (_.amount_cents * (_.hour < 12).cast("int64")).sum(),
            "evening": (_.amount_cents * (_.hour >= 17).cast("int64")).sum(),
        }
    sums = lines.group_by(keys).agg(
        orders=_.order.nunique(),
        spend=_.amount_cents.sum(),
        last=_.date.max(),
        weekend=(_.amount_cents * (_.date.day_of_week.index() >= 5).cast("int64")).sum(),
        **clock,
    )
    frame = run(sums)
    for role, column in mixes.items():
        parts = run(lines.group_by(*keys, kind=lines[column].cast("string")).agg(cents=_.amount_cents.sum()))
        parts["kind"] = _main_kinds(parts)
        wide = parts.pivot_table(index=keys, columns="kind", values="cents", aggfunc="sum", fill_value=0)
        frame = frame.join(wide.add_prefix(f"{role}: "), on=keys)
    money = frame.columns.difference([*keys, "orders", "last"])
    return frame.assign(**(frame[money].astype(float) / 100))


def _main_kinds(parts: pd.DataFrame) -> pd.Series:
    kinds = parts["kind"].fillna("inconnu")
    main = parts["cents"].groupby(kinds).sum().nlargest(MOST_KINDS).index
    return kinds.where(kinds.isin(main), "autres")


def _criteria(sums: pd.DataFrame, end: date, mixes: dict[str, str]) -> pd.DataFrame:
    """Turn sums into criteria, for those who bought."""
    totals = sums.groupby("customer_id").agg(
        {column: "max" if column == "last" else "sum" for column in sums.columns.drop(["customer_id", "half", "odd"])}
    )
    out = pd.DataFrame({"orders": totals["orders"].astype(float), "spend": totals["spend"].clip(lower=0)})
    out["basket"] = out["spend"] / out["orders"]
    out["silence"] = (pd.Timestamp(end) - totals["last"]).dt.days.astype(float)
    base = totals["spend"].where(totals["spend"] > 0)
    for column in totals.columns.drop(["orders", "spend", "last"]):
        out[column] = (totals[column] / base).clip(0, 1).fillna(0.0)
    return out

"""Sales force: portfolios without gap nor overlap, and what a departure loses without a shared base."""

import numpy as np
import pandas as pd
import pytest

MANY = {"office_share": 0.5}


@pytest.fixture(scope="module")
def here(firm):
    return firm(**MANY)


def test_each_office_has_one_rep_at_a_time(here):
    table = here.tables["portefeuilles"].sort_values(["customer_id", "since"])
    reps = here.tables["commerciaux"].set_index("rep_id")
    offices = here.population[here.population["kind"] == "bureau"]
    first = table.drop_duplicates("customer_id")
    assert sorted(first["customer_id"]) == sorted(offices["customer_id"])
    assert (first["since"].to_numpy() == offices.set_index("customer_id").loc[first["customer_id"], "acquired"]).all()
    following = table.groupby("customer_id")["since"].shift(-1)
    assert (following.isna() == table["until"].isna()).all()
    assert (following.dropna() == table["until"].dropna()).all()
    left = table["rep_id"].map(reps["left"])
    assert (left.isna() | (table["until"] <= left)).all()


def departures(here) -> pd.DataFrame:
    """Return offices whose rep left while they still bought: whether they end within 60 days, and whether it shows."""
    reps = here.tables["commerciaux"].dropna(subset="left")
    table = here.latent.merge(reps, on="rep_id").query("acquired < left")
    ended = table["lifetime_end"]
    table = table[ended.isna() | (ended > table["left"])]
    gone = (table["lifetime_end"] <= table["left"] + pd.Timedelta(days=60)).fillna(False)
    days = table.merge(here.base[["customer_id", "date"]], on="customer_id")
    after = days["date"] - days["left"]
    seen = {}
    for name, low, high in (("before", -180, 0), ("after", 60, 240)):
        seen[name] = days.loc[(after.dt.days > low) & (after.dt.days <= high), "customer_id"].unique()
    return table.assign(gone=gone, **{name: table["customer_id"].isin(ids) for name, ids in seen.items()})


def test_comparing_with_shared_portfolios_finds_the_loss_and_the_raw_loss_overstates_it(here):
    table = departures(here)
    shared = table["shared_base"].astype(bool)
    truth = here.config.rep_departure_effect
    lost, base = table.loc[~shared, "gone"], table.loc[shared, "gone"]
    found = (lost.mean() - base.mean()) / (1 - base.mean())
    error = np.sqrt(sum(part.mean() * (1 - part.mean()) / len(part) for part in (lost, base))) / (1 - base.mean())
    assert abs(found - truth) < 4 * error < truth
    # What the firm sees: offices that bought in the six months before, and are silent in those after.
    watched = table[table["before"] & (table["left"] < pd.Timestamp("2025-05-01"))]
    flag = watched["shared_base"].astype(bool)
    silent = ~watched["after"]
    raw, usual = silent[~flag].mean(), silent[flag].mean()
    error = np.sqrt(raw * (1 - raw) / (~flag).sum() + usual * (1 - usual) / flag.sum())
    assert abs((raw - usual) / (1 - usual) - truth) < 4 * error / (1 - usual) < truth
    assert raw - truth > 3 * error


def test_visits_are_made_to_offices_by_their_rep_with_their_cost(here):
    visits = here.tables["contacts"].query("channel == 'visite'")
    assert visits["function"].eq("vente").all() and visits["cost_cents"].eq(5500).all()
    assert set(visits["customer_id"]) <= set(here.tables["portefeuilles"]["customer_id"])
    assert (visits["date"].dt.day_of_week < 5).mean() > 0.999
    start = here.population.set_index("customer_id")["acquired"]
    days = (pd.Timestamp("2025-12-31") - visits["customer_id"].map(start)).dt.days
    assert (days >= 0).all()
    ordered = visits[visits["outcome"] == "commande"].head(200)
    near = ordered.merge(here.orders[["customer_id", "date"]], on="customer_id", suffixes=("", "_order"))
    wait = (near["date_order"] - near["date"]).dt.days
    assert near[wait.between(0, 7)]["contact_id"].nunique() == len(ordered)


def test_visits_come_at_the_stated_rate(here):
    """Offices still buying at the end are visited from their first purchase on, as much as each asks for."""
    recent = here.orders[here.orders["date"] > pd.Timestamp("2025-09-01")]["customer_id"]
    people = here.population[(here.population["kind"] == "bureau") & here.population["customer_id"].isin(recent)]
    days = ((pd.Timestamp("2026-01-01") - people["acquired"]).dt.days * people["service_load"]).sum()
    visits = here.tables["contacts"].query("channel == 'visite'")["customer_id"].isin(people["customer_id"]).sum()
    expected = days / here.config.visit_days
    assert visits == pytest.approx(expected, abs=4 * np.sqrt(expected))

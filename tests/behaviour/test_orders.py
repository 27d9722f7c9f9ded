"""What is found in a file, under which names; orders, categories, criteria; refusals."""

from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest

from grc_helpers.behaviour import criteria, orders
from grc_helpers.errors import GrcError


def data_of(frame):
    """Return what stands for a data set loaded from a file."""
    return SimpleNamespace(table=ibis.memtable(frame), card=None, name="essai")


def frame_of(**more):
    """Return four lines of three orders."""
    days = pd.to_datetime(["2024-01-06", "2024-01-06", "2024-01-08", "2024-01-09"])
    base = {"customer_id": list("aabb"), "date": days, "amount_cents": [1000, 500, 300, -300]}
    return pd.DataFrame(base | {"order_id": ["1", "1", "2", "3"]} | more)


def test_names_are_found_without_accents_or_capitals():
    more = {"Heure": ["14:05", "14h05", "9", ""], "Catégorie": list("xyxy"), "Point de vente": list("NNSS")}
    found = orders.purchases_of(data_of(frame_of(**more, Remise=["0", "5 %", "", "2,5"])))
    assert found.found == {"hour": "Heure", "category": "Catégorie", "place": "Point de vente", "discount": "Remise"}
    lines = found.lines.order_by("order_key").to_pandas()
    assert lines["hour"].tolist()[:3] == [14, 14, 9] and pd.isna(lines["hour"].iloc[3])
    assert lines["discounted"].tolist() == [0, 1, 0, 1]


def test_a_product_stands_for_a_category_that_is_missing():
    assert orders.purchases_of(data_of(frame_of(Produit=list("xyxy")))).found == {"category": "Produit"}
    both = orders.purchases_of(data_of(frame_of(Produit=list("xyxy"), Rayon=list("aabb"))))
    assert both.found == {"category": "Rayon"}


@pytest.mark.parametrize(
    "hours", [[14, 14, 9, 25], pd.to_datetime(["2024-01-06 14:05"] * 2 + ["2024-01-08 09:00", None])]
)
def test_hours_may_be_numbers_or_timestamps(hours):
    lines = orders.purchases_of(data_of(frame_of(hour=hours))).lines.order_by("order_key").to_pandas()
    assert lines["hour"].tolist()[:3] == [14, 14, 9] and pd.isna(lines["hour"].iloc[3])


def test_orders_by_hand_and_those_set_apart():
    found, aside = orders.orders_of(orders.purchases_of(data_of(frame_of(remise=[0.0, 0.1, 0.0, 0.0]))))
    assert aside == 1 and found["amount"].tolist() == [15.0, 3.0] and found["lines"].tolist() == [2, 1]
    assert found["discounted"].tolist() == [0.5, 0.0]
    bare, _ = orders.orders_of(orders.purchases_of(data_of(frame_of().drop(columns="order_id"))))
    assert len(bare) == 2  # a day is an order


def test_the_category_followed_is_bought_by_half_or_as_asked():
    found = orders.purchases_of(data_of(frame_of(rayon=["thé", "café", "thé", "thé"])))
    assert orders.followed_category(found) == "café"  # one customer in two
    assert orders.followed_category(found, "thé") == "thé"
    with pytest.raises(GrcError, match="« cafe » n'est pas(?s:.*)café"):
        orders.followed_category(found, "cafe")
    empty = orders.purchases_of(data_of(frame_of(rayon=[None] * 4)))
    assert orders.followed_category(empty) is None
    assert orders.followed_category(orders.purchases_of(data_of(frame_of()))) is None


def many(customers=60, size=900, **more):
    """Return purchases of several customers over 300 days."""
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, size), unit="D")
    names = [f"C{k:02d}" for k in rng.integers(0, customers, size)]
    cents = rng.integers(200, 9000, size)
    return pd.DataFrame({"customer_id": names, "date": days, "amount_cents": cents} | more)


def built(frame, **options):
    """Return the behaviour of a frame's customers."""
    from datetime import date

    purchases = orders.purchases_of(data_of(frame))
    found, _ = orders.orders_of(purchases)
    days = {"start": date(2024, 1, 1), "end": date(2024, 10, 26)} | options
    return criteria.behaviour_of(purchases, found, category=None, n_missions=3, seed=1, **days)


def test_criteria_are_those_that_the_file_shows():
    assert list(built(many()).table) == ["Occasion", "Statut", "Niveau"]
    full = built(many(magasin=["N", "S", "E"] * 300, remise=[0, 1, 0, 0, 1, 0, 0, 0, 1] * 100))
    assert list(full.table) == ["Occasion", "Statut", "Fidélité", "Niveau", "Remises"]
    assert full.table.notna().all().all()
    constant = built(many(magasin="seul", remise=0))
    assert list(constant.table) == ["Occasion", "Statut", "Niveau"]


def test_nothing_after_the_last_day_is_read():
    from datetime import date

    frame = many()
    cut = date(2024, 5, 31)
    early = built(frame, end=cut)
    alone = built(frame[frame["date"] <= pd.Timestamp(cut)], end=cut)
    assert early.table.equals(alone.table)


def test_names_given_by_the_reader_replace_ours():
    from datetime import date

    purchases = orders.purchases_of(data_of(many()))
    found, _ = orders.orders_of(purchases)
    options = {"start": date(2024, 1, 1), "end": date(2024, 10, 26), "category": None, "n_missions": 3, "seed": 1}
    named = criteria.behaviour_of(purchases, found, names={1: "Festin"}, **options)
    assert "Festin" in set(named.orders["mission_name"])


def test_thirds_count_only_those_met_in_the_first():
    from datetime import date

    days = pd.to_datetime(["2024-01-05", "2024-01-15", "2024-01-25", "2024-01-15"])
    found = pd.DataFrame({"customer_id": list("aaab"), "date": days})
    first, second = criteria.thirds_of_time(found, start=date(2024, 1, 1), end=date(2024, 1, 31))
    assert first.to_dict() == {"a": 1} and second.to_dict() == {"a": 1}


def test_thirds_of_values_keep_equal_ones_together():
    values = pd.Series([0.0, 0, 0, 0, 1, 2])
    assert criteria.thirds(values, ("peu", "moyen", "beaucoup")).tolist() == ["peu"] * 4 + ["beaucoup"] * 2


def test_too_small_a_file_is_refused_at_once(tmp_path):
    from grc_helpers import open_chapter

    file = tmp_path / "ventes.csv"
    many(customers=10, size=200).assign(amount=lambda t: t["amount_cents"] / 100).drop(columns="amount_cents").to_csv(
        file, index=False
    )
    chapter = open_chapter("07", dataset=str(file))
    with pytest.raises(GrcError, match="ne permettent pas(?s:.*)40 clients(?s:.*)10 clients"):
        chapter.check("07.1", 0.5)

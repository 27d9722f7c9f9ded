"""Streams: each name its own; a change in one table, mechanism or block leaves the others as they are."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator import simulate as simulating
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.draws import Draws, pick
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.simulate import simulate
from grc_helpers.data.simulator.streams import stream


def test_a_stream_depends_on_seed_name_and_block_only():
    first = stream(1, "tickets", 0).random(3)
    assert np.array_equal(first, stream(1, "tickets", 0).random(3))
    others = [stream(2, "tickets", 0), stream(1, "ticket", 0), stream(1, "tickets", 1)]
    assert all(not np.array_equal(first, other.random(3)) for other in others)


def test_streams_of_neighbours_are_not_correlated():
    drawn = [stream(1, name, block).standard_normal(20_000) for name in ("a", "b") for block in (0, 1)]
    correlations = np.corrcoef(drawn)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 4 / np.sqrt(20_000)


def test_correlated_traits_have_the_correlation_asked_for():
    draws = Draws(SimulationConfig(customers=10_000), 0, "essai")
    z = draws.normal("z")
    assert np.corrcoef(z, draws.related("y", z, -0.3))[0, 1] == pytest.approx(-0.3, abs=4 * 0.91 / 100)


def test_labels_are_picked_by_their_shares():
    labels = pick(np.array([0.0, 0.49, 0.5, 0.999999]), {"a": 1, "b": 1})
    assert labels.tolist() == ["a", "a", "b", "b"]


def test_a_block_does_not_depend_on_how_many_follow():
    one, three = (make_population(SimulationConfig(customers=size), 0) for size in (10_000, 30_000))
    pd.testing.assert_frame_equal(one, three)
    second = make_population(SimulationConfig(customers=30_000), 1)
    assert not set(second["customer_id"]) & set(one["customer_id"])
    assert not np.array_equal(second["rate"], one["rate"])


def test_a_table_more_changes_no_other(tmp_path, monkeypatch):
    config = SimulationConfig(customers=300)

    def essay(config, population, orders, made):
        return {"essai": pd.DataFrame({"n": stream(config.seed, "essai").integers(0, 9, 5)})}

    monkeypatch.setattr(simulating, "make_card", lambda *_: "")
    simulate(config, tmp_path / "a")
    monkeypatch.setattr(simulating, "MAKERS", (("essai", essay), *simulating.MAKERS))
    simulate(config, tmp_path / "b")
    before, after = ({p.relative_to(d): p.read_bytes() for p in d.rglob("*.parquet")} for d in tmp_path.iterdir())
    before, after = sorted((before, after), key=len)
    assert len(before) > 8 and {str(name) for name in set(after) - set(before)} == {"essai.parquet"}
    assert all(after[name] == content for name, content in before.items())


def test_the_core_alone_is_the_same_as_with_all_the_tables(tmp_path):
    for tables in ("toutes", "coeur"):
        simulate(SimulationConfig(customers=300, tables=tables), tmp_path / tables)
    core = {path.relative_to(tmp_path / "coeur"): path for path in (tmp_path / "coeur").rglob("*.parquet")}
    assert {"ventes.parquet", "lignes.parquet", "clients.parquet", "contrats.parquet"} <= {str(name) for name in core}
    different = {
        str(name) for name, path in core.items() if path.read_bytes() != (tmp_path / "toutes" / name).read_bytes()
    }
    assert different == {"verite/effets.parquet"}  # it says which tables were asked for


def test_an_effect_moves_only_what_follows_from_it(world):
    """Two worlds that differ by the card's effect have the same customers and the same first purchases."""
    without, with_card = world(customers=2_000, card_effect=0.0), world(customers=2_000, card_effect=0.2)
    same = ["rate", "spend_mean", "acquired", "distance_km", "need", "contract_from", "satisfaction"]
    pd.testing.assert_frame_equal(without.population[same[:-2]], with_card.population[same[:-2]])
    never = without.population["card_from"].isna() & with_card.population["card_from"].isna()
    counts = [made.orders.groupby("row").size().reindex(range(2_000)) for made in (without, with_card)]
    assert (counts[0][never] == counts[1][never]).all()
    assert counts[1].sum() > counts[0].sum()

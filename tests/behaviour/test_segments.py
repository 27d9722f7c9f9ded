"""Mixed classification: recovery, invariants, new customers, errors."""

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from grc_helpers.behaviour import factorial, segments
from grc_helpers.errors import GrcError


def people(n=600, *, noise=0.1, seed=1):
    """Return criteria made of three known types, each answer replaced at random with probability ``noise``."""
    rng, words = np.random.default_rng(seed), np.array(["a", "b", "c"])
    truth = rng.integers(0, 3, n)
    columns = {}
    for name in ("Occasion", "Statut", "Niveau", "Fidélité"):
        answer = np.where(rng.random(n) < noise, rng.integers(0, 3, n), truth)
        columns[name] = words[answer]
    return pd.DataFrame(columns, index=[f"C{k}" for k in range(n)]), truth


def test_known_types_are_recovered():
    for seed in range(3):
        criteria, truth = people(seed=seed)
        labels = segments.MixedClassification(3, seed=seed).fit(criteria).labels_
        assert adjusted_rand_score(truth, labels) > 0.85


def test_no_type_gives_segments_that_do_not_last():
    criteria, _truth = people(noise=1.0)
    model = segments.MixedClassification(3, seed=1).fit(criteria)
    assert segments.holdout_agreement(criteria, model, share=0.3, seed=1)[0] < 0.7


def test_new_customers_are_assigned_as_the_old_ones_and_unknown_words_are_taken():
    criteria, truth = people()
    model = segments.MixedClassification(3, seed=1).fit(criteria)
    assert (model.predict(criteria) == model.labels_).all()
    strange = criteria.head(5).assign(Occasion="jamais vue")
    assert model.predict(strange).isin([1, 2, 3]).all()
    agreement, left_out = segments.holdout_agreement(criteria, model, share=0.2, seed=2)
    assert agreement > 0.9 and 80 < left_out < 160
    with pytest.raises(GrcError, match="Il manque des critères(?s:.*)Niveau"):
        model.predict(criteria.drop(columns="Niveau"))


def test_coordinates_follow_the_transition_formula():
    """Ours, from the categories, equal prince's, from the table."""
    criteria, _truth = people()
    model = segments.MixedClassification(3, seed=1).fit(criteria)
    ours, axes = model.coordinates(criteria), len(model.scale_)
    assert ours == pytest.approx(model.mca_.row_coordinates(criteria).to_numpy()[:, :axes], abs=1e-9)


def test_weighted_ward_equals_ward_on_repeated_points():
    rng = np.random.default_rng(3)
    centres, sizes = rng.normal(size=(12, 2)), rng.integers(1, 9, 12)
    labels, losses = segments.weighted_ward(centres, sizes, 4)
    tree = linkage(np.repeat(centres, sizes, axis=0), "ward")
    theirs = fcluster(tree, 4, "maxclust")[np.r_[0, sizes.cumsum()[:-1]]]
    assert adjusted_rand_score(labels, theirs) == 1
    assert losses[:5] == pytest.approx((tree[::-1, 2][:5] ** 2) / 2)


def test_corrected_inertia_by_hand():
    """Benzécri 1979: with p = 2, only eigenvalues above 1/2 count, by the square of what exceeds it."""
    assert segments.corrected_inertia([0.9, 0.7, 0.5, 0.1], 2).tolist() == pytest.approx([0.8, 0.2, 0, 0])


def test_segments_are_numbered_by_size_and_have_different_names():
    criteria, _truth = people(n=900, seed=5)
    model = segments.MixedClassification(5, seed=1).fit(criteria)
    sizes = model.labels_.value_counts()
    assert list(sizes.sort_index()) == sorted(sizes, reverse=True)
    names = segments.default_names(criteria, model.labels_)
    assert len(set(names.values())) == 5
    traits = segments.segment_traits(criteria, model.labels_)
    assert traits.str.contains("contre").all()


def test_seeds_change_little_where_types_are_real():
    criteria, _truth = people()
    model = segments.MixedClassification(3, seed=1).fit(criteria)
    before = model.labels_.copy()
    assert segments.seed_stability(criteria, model, seeds=range(4)).min() > 0.9
    assert (model.labels_ == before).all() and model.seed == 1


@pytest.mark.parametrize(
    "frame",
    [
        people(n=10)[0],
        people()[0][["Niveau"]],
        people()[0].assign(**dict.fromkeys(["Occasion", "Statut", "Niveau", "Fidélité"], "x")),
    ],
)
def test_what_cannot_be_segmented_is_refused(frame):
    with pytest.raises(GrcError, match="ne suffisent pas pour une typologie(?s:.*)au moins 40 clients"):
        segments.MixedClassification(3).fit(frame)


def test_export_writes_the_members_once(tmp_path):
    members = pd.DataFrame({"customer_id": ["a", "=1+1"], "segment": ["x", "y"]})
    assert segments.export_members(members, "") == "Aucun fichier demandé."
    assert "2 lignes" in segments.export_members(members, str(tmp_path / "s.csv"))
    with pytest.raises(GrcError, match="existe déjà"):
        segments.export_members(members, str(tmp_path / "s.csv"))
    assert factorial.OTHERS == "autres"

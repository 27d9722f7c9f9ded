"""Benefits and image: groups are found once the style is taken out; association shows once awareness is taken out."""

import numpy as np
import pytest
from scipy.stats import chi2, norm
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from grc_helpers.data.simulator.benefits import ASSOCIATION, BENEFITS, BRANDS, IMAGE, PROFILES

ALL = {"benefit_respondents": 1.0, "benefit_style": 1.5}


@pytest.fixture(scope="module")
def survey(firm):
    tables = firm(**ALL).tables
    return tables["enquete_avantages"].merge(tables["verite/avantages"], on="customer_id")


def found(grades, need) -> float:
    labels = KMeans(n_clusters=4, n_init=5, random_state=0).fit_predict(grades)
    return adjusted_rand_score(need, labels)


def test_groups_of_need_are_found_once_the_style_is_taken_out(survey):
    grades = survey[list(BENEFITS)].to_numpy(dtype=float)
    apart = grades - grades.mean(axis=1, keepdims=True)
    profiles = PROFILES.sub(PROFILES.mean(axis=1), axis=0)
    nearest = ((apart[:, None, :] - profiles.to_numpy()) ** 2).sum(axis=2).argmin(axis=1)
    best = adjusted_rand_score(survey["need"], nearest)  # someone who knew the profiles
    centred = found(apart, survey["need"])
    assert centred > 0.9 * best > 0.6
    assert found(grades, survey["need"]) < centred - 0.1
    # The first axis of the raw grades is the style: all its signs agree.
    axis = np.linalg.svd(grades - grades.mean(axis=0), full_matrices=False)[2][0]
    within = grades - PROFILES.loc[survey["need"]].to_numpy()
    style = np.linalg.svd(within - within.mean(axis=0), full_matrices=False)[2][0]
    assert (np.sign(style) == np.sign(style[0])).all() and abs(axis @ style) > 0.1


def test_mean_grades_are_those_of_the_profiles(firm, survey):
    config = firm(**ALL).config
    spread = np.hypot(config.benefit_style, config.benefit_spread)
    cuts = np.arange(1.5, 7)
    for need, part in survey.groupby("need"):
        expected = 1 + norm.sf((cuts[None, :] - PROFILES.loc[need].to_numpy()[:, None]) / spread).sum(axis=1)
        grades = part[list(BENEFITS)]
        error = grades.std().to_numpy() / np.sqrt(len(part))
        assert (np.abs(grades.mean().to_numpy() - expected) < 4 * error).all()


@pytest.fixture(scope="module")
def citations(firm):
    here = firm(benefit_respondents=1.0, benefit_style=0.0)
    table = here.tables["image_marque"]
    assert not table.duplicated().any()
    counts = table.groupby(["attribute", "brand"]).size().unstack()
    return counts.loc[list(IMAGE), list(BRANDS)].to_numpy(), len(here.tables["enquete_avantages"])


def test_association_is_found_once_awareness_is_taken_out(citations):
    counts, size = citations
    share = counts / size
    logit = np.log(share / (1 - share))
    centred = logit - logit.mean(axis=0) - logit.mean(axis=1, keepdims=True) + logit.mean()
    # Rows and columns of the truth add up to 0: the doubly centred logits are the associations.
    assert np.allclose(ASSOCIATION.sum(axis=0), 0) and np.allclose(ASSOCIATION.sum(axis=1), 0)
    variance = 1 / (size * share * (1 - share))
    statistic = ((centred - ASSOCIATION) ** 2 / variance).sum()
    # Centring removes 11 of the 32 dimensions; with unequal variances the statistic is only about χ²(21).
    assert statistic < 1.5 * chi2.ppf(0.9999, 21)
    assert (ASSOCIATION**2 / variance).sum() > 10 * statistic


def test_raw_counts_show_awareness_where_profiles_show_association(citations):
    counts, size = citations
    brands, attributes = list(BRANDS), list(IMAGE)
    price, merle, fauvel = attributes.index("prix"), brands.index("Cafés Merle"), brands.index("Brûlerie Fauvel")
    # On price Merle is cited more than Fauvel, though price is what it is least associated with.
    assert counts[price, merle] > counts[price, fauvel]
    assert ASSOCIATION[price, merle] < ASSOCIATION[price, fauvel]
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    residual = (counts - expected) / np.sqrt(expected)
    assert residual[price, merle] == residual[:, merle].min() < -4
    assert np.corrcoef(residual.ravel(), ASSOCIATION.ravel())[0, 1] > 0.9
    assert np.corrcoef(counts.ravel(), ASSOCIATION.ravel())[0, 1] < 0.9

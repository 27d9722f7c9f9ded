"""Survey: reliability, non-response and its remedies, premium, relation quality, convex effect on retention."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, ndtr

from grc_helpers.data.simulator.events import satisfaction_score
from grc_helpers.data.simulator.survey import CUTS, ITEMS, LETTER, STAGES, quality_scores

EVERYONE = {"survey_response": 30.0, "survey_share": 1.0}
NODES, WEIGHTS = hermegauss(80)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@pytest.fixture(scope="module")
def all_answers(firm):
    return firm(**EVERYONE).tables["enquete_satisfaction"]


def alpha(items: pd.DataFrame) -> float:
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())


def true_alpha(loading: float, k: int) -> float:
    """Alpha of graded items of a standard normal factor: correlation of two items by quadrature."""
    above = ndtr((loading * NODES[:, None] - CUTS) / np.sqrt(1 - loading**2))  # P(grade > cut | factor)
    mean = 1 + above.sum(axis=1)
    square = 1 + (above * (2 * np.arange(1, 7) + 1)).sum(axis=1)  # E[g²] = 1 + Σ (2j + 1) P(g > j)
    covariance = (WEIGHTS * mean**2).sum() - (WEIGHTS * mean).sum() ** 2
    r = covariance / ((WEIGHTS * square).sum() - (WEIGHTS * mean).sum() ** 2)
    return k * r / (1 + (k - 1) * r)


@pytest.mark.parametrize("scale", [*STAGES, "expected", "perceived", "attachment"])
def test_the_reliability_of_each_scale_is_the_true_one(firm, all_answers, scale):
    first = all_answers[all_answers["wave"] == 2024]  # no drift yet
    k = ITEMS[scale]
    items = first[[f"{scale}_{number + 1}" for number in range(k)]].astype(float)
    # Asymptotic variance of log(1 − α) for parallel normal items (van Zyl, Neudecker & Nel 2000): 2k / ((k − 1) n).
    error = (1 - alpha(items)) * np.sqrt(2 * k / ((k - 1) * len(items)))
    # Satisfaction keeps customers, so those still here are a little apart from the whole: allow 0.01 for it.
    assert alpha(items) == pytest.approx(true_alpha(firm().config.survey_loading, k), abs=4 * error + 0.01)
    assert alpha(items[[f"{scale}_1", f"{scale}_2"]]) < alpha(items)


def test_items_of_one_stage_go_together_more_than_those_of_two(all_answers):
    r = all_answers[[f"{stage}_{number}" for stage in STAGES for number in (1, 2)]].corr().to_numpy()
    assert min(r[0, 1], r[2, 3], r[4, 5]) > max(r[0, 2], r[0, 4], r[2, 4])


def test_silence_depends_on_satisfaction_and_a_second_call_by_lot_repairs_it(firm):
    here = firm()
    sent, answers = here.tables["enquete_envois"], here.tables["enquete_satisfaction"]
    truth = here.tables["verite/enquete"]
    everyone = truth["recommend"].mean()
    table = sent.merge(answers[["customer_id", "wave", "recommend"]], how="left", on=["customer_id", "wave"])
    assert table["recommend"].notna().equals(table["answered"] | table["answered_later"])
    quick, slow = table.loc[table["answered"], "recommend"], table.loc[table["answered_later"], "recommend"]
    share = table["answered"].mean()
    error = quick.std() / np.sqrt(len(quick))
    # The known bias: each answer is weighted by its propensity.
    expected = np.average(truth["recommend"], weights=truth["propensity"])
    assert quick.mean() == pytest.approx(expected, abs=4 * error)
    assert quick.mean() - everyone > 4 * error
    # Hansen & Hurwitz: those who answered, and, for those who did not, the ones drawn by lot.
    double = share * quick.mean() + (1 - share) * slow.mean()
    error = np.hypot(share * error, (1 - share) * slow.std() / np.sqrt(len(slow)))
    assert abs(double - everyone) < 4 * error
    # Weighting by the true propensities does it too.
    weight = 1 / truth.loc[table["answered"].to_numpy(), "propensity"]
    error = np.sqrt((weight**2 * (quick.to_numpy() - everyone) ** 2).sum()) / weight.sum()
    assert abs(np.average(quick, weights=weight) - everyone) < 4 * error


def test_response_follows_the_stated_logit(firm):
    here = firm()
    truth, sent = here.tables["verite/enquete"], here.tables["enquete_envois"]
    people = here.population.set_index("customer_id").loc[sent["customer_id"]]
    score = satisfaction_score(people)
    design = sm.add_constant(np.column_stack([score, people["consent_email"].to_numpy()]).astype(float))
    fit = sm.Logit(sent["answered"].to_numpy().astype(float), design).fit(disp=0)
    config = here.config
    stated = [config.survey_response, config.survey_satisfaction, config.survey_consent]
    assert (np.abs(fit.params - stated) < 4 * fit.bse).all() and (4 * fit.bse < np.abs(stated)).all()
    assert truth["propensity"].to_numpy() == pytest.approx(expit(design @ stated))


def test_only_those_who_consent_are_asked_by_email(firm):
    here = firm()
    consent = here.population.set_index("customer_id")["consent_email"]
    sent = here.tables["enquete_envois"]
    assert (sent["mode"].eq("e-mail") == sent["customer_id"].map(consent)).all()
    answers = here.tables["enquete_satisfaction"]
    assert answers["mode"].eq(LETTER).sum() == sent["answered_later"].sum() > 50
    assert not answers.duplicated(["customer_id", "wave"]).any()


def test_drift_is_found_on_those_asked_twice(firm, all_answers):
    truth = firm(**EVERYONE).tables["verite/enquete"]
    both = truth.pivot(index="customer_id", columns="wave", values="satisfaction_score").dropna()
    assert np.allclose(both[2025] - both[2024], firm().config.survey_drift)
    means = all_answers.pivot(index="customer_id", columns="wave", values="recommend").dropna()
    change = means[2025] - means[2024]
    error = change.std() / np.sqrt(len(change))
    # On the 0–10 scale, a shift of d moves the mean by the mean of clipped(…+ d) − clipped(…).
    score, noise = both[2024].loc[means.index].to_numpy()[:, None], NODES * np.sqrt(1 - 0.85**2)

    def mean(drift):
        latent = 0.85 * (score + drift) + noise
        return (np.clip(np.round(7.4 + 2.0 * latent), 0, 10) * WEIGHTS).sum(axis=1).mean()

    assert change.mean() == pytest.approx(mean(firm().config.survey_drift) - mean(0.0), abs=4 * error)
    assert change.mean() < -4 * error


def test_the_stated_premium_is_the_true_one_inflated(firm, all_answers):
    here = firm(**EVERYONE)
    true = all_answers["customer_id"].map(here.population.set_index("customer_id")["price_premium"])
    fit = sm.OLS(all_answers["stated_premium"].to_numpy(), sm.add_constant(true.to_numpy())).fit()
    assert abs(fit.params[1] - here.config.premium_inflation) < 4 * fit.bse[1]
    assert fit.params[1] - 4 * fit.bse[1] > 1


def test_relation_quality_adds_what_product_quality_does_not_explain(firm, all_answers):
    """z = 0.8 gap + 0.6 e; the relation has correlation w with e, so its partial slope on z is 0.6 w."""
    here = firm(**EVERYONE)
    people = here.population.set_index("customer_id")
    expected, perceived = quality_scores(people)
    score = pd.Series(satisfaction_score(people), people.index)
    first = all_answers[all_answers["wave"] == 2024].set_index("customer_id")
    relation = first[[f"relation_{k + 1}" for k in range(3)]].mean(axis=1)
    gap = pd.Series((perceived - expected) / np.sqrt(1.2), people.index).loc[relation.index]
    rest = score.loc[relation.index] - 0.8 * gap
    # Mean of three graded items: its covariance with e is w × (that of an item with its own score) by linearity.
    loading = here.config.survey_loading * here.config.relation_loading
    mean = 1 + ndtr((loading * NODES[:, None] - CUTS) / np.sqrt(1 - loading**2)).sum(axis=1)
    covariance = 0.6 * (WEIGHTS * mean * NODES).sum()
    product = (relation - relation.mean()) * (rest - rest.mean())
    assert product.mean() == pytest.approx(covariance, abs=4 * product.std() / np.sqrt(len(product)))
    assert abs(np.corrcoef(relation, gap)[0, 1]) < 4 / np.sqrt(len(gap)) + 0.03  # those who leave: see above


def test_the_effect_of_satisfaction_on_retention_is_convex_and_the_stated_one(firm):
    """At the first repeat purchase a customer leaves with probability E[p] × (1 − e (x − m)), x = (s/10)⁴."""
    here = firm(satisfaction_effect=0.9, survey_share=0.5)
    people = here.latent[here.latent["kind"] == "particulier"].set_index("customer_id")
    base = here.base[here.base["customer_id"].isin(people.index)].sort_values(["customer_id", "date", "hour"])
    count = base.groupby("customer_id").size()
    table = people[count.reindex(people.index) >= 2]
    left = (table["lifetime_end"].notna() & (count.reindex(table.index) == 2)).astype(float)
    x = (table["satisfaction"] / 10) ** 4
    score = NODES * 0.75 + 1.0
    mean = (WEIGHTS * expit(score) ** 4).sum()
    fit = sm.OLS(left.to_numpy(), np.column_stack([np.ones(len(x)), mean - x])).fit(cov_type="HC1")
    ratio = fit.params[1] / fit.params[0]
    error = fit.bse[1] / fit.params[0]
    assert abs(ratio - here.config.satisfaction_effect) < 4 * error < here.config.satisfaction_effect
    # Straight line on satisfaction itself: it understates what the last points of the scale are worth.
    line = sm.OLS(left.to_numpy(), sm.add_constant(table["satisfaction"].to_numpy())).fit()
    top = (9**4 - 8**4) / 10**4 * here.config.satisfaction_effect * fit.params[0]
    assert -line.params[1] < top
    # Necessary, not sufficient: very satisfied customers leave too.
    assert left[table["satisfaction"] > 8.5].sum() > 0

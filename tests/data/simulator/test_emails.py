"""E-mails: consent is respected; measured opens have a known bias; clicks find the fatigue, opens do not."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from grc_helpers.data.simulator.emails import TRIAL


@pytest.fixture(scope="module")
def emails(firm):
    tables = firm().tables
    return tables["emails"].merge(tables["verite/ouvertures"], on="email_id")


def clustered(values: pd.Series, customers: pd.Series) -> float:
    """Return the standard error of a mean whose rows come by customer."""
    sums = (values - values.mean()).groupby(customers).sum()
    return np.sqrt((sums**2).sum()) / len(values)


def test_only_those_who_consent_receive_and_never_after_they_unsubscribe(firm, emails):
    here = firm()
    consent = here.population.set_index("customer_id")["consent_email"]
    assert consent[emails["customer_id"].unique()].all()
    left = emails[emails["unsubscribed"]].groupby("customer_id")["date"].min()
    assert len(left) > 50
    assert not (emails["date"] > emails["customer_id"].map(left)).any()
    acquired = here.population.set_index("customer_id")["acquired"]
    assert (emails["date"] > emails["customer_id"].map(acquired)).all()


def test_measured_opens_are_biased_as_stated_and_can_be_corrected(firm, emails):
    config = firm().config
    calm = emails[emails["pressure"] == 1]
    error = clustered(calm["opened"].astype(float), calm["customer_id"])
    truth, fetch = config.email_read, config.email_prefetch * config.email_prefetch_open
    seen = 1 - config.email_blocked - fetch  # share of e-mails whose opening tells whether they are read
    measured = calm["opened"].mean()
    assert measured == pytest.approx(fetch + seen * truth, abs=4 * error)
    assert measured - truth > 10 * error
    assert (measured - fetch) / seen == pytest.approx(truth, abs=4 * error / seen)
    assert calm["clicked"].mean() == pytest.approx(truth * config.email_click, abs=4 * error)
    assert not (calm["clicked"] & ~calm["read"]).any()


def slope(trial: pd.DataFrame, column: str) -> tuple[float, float]:
    model = sm.GLM(trial[column].astype(float), sm.add_constant(trial["pressure"] - 1), family=sm.families.Poisson())
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(trial["customer_id"])[0]})
    return fit.params["pressure"], fit.bse["pressure"]


def test_clicks_find_the_fatigue_and_opens_hide_part_of_it(firm, emails):
    trial = emails[emails["campaign_id"] == TRIAL]
    assert sorted(trial["pressure"].unique()) == [1, 2, 4, 8]
    truth = -firm().config.email_fatigue
    found, error = slope(trial, "clicked")
    assert abs(found - truth) < 4 * error < abs(truth)
    opens, error = slope(trial, "opened")
    assert opens > truth + 10 * error


def test_pressure_makes_people_leave(firm, emails):
    config = firm().config
    trial = emails[emails["campaign_id"] == TRIAL]
    counts = trial.groupby("pressure")["unsubscribed"].agg(["sum", "size"])
    expected = config.email_unsubscribe * (1 + config.email_unsubscribe_growth * (counts.index - 1)) * counts["size"]
    assert (np.abs(counts["sum"] - expected) < 4 * np.sqrt(expected)).all()
    assert counts["sum"][8] / counts["size"][8] > 1.5 * config.email_unsubscribe


def test_the_contact_log_has_each_email(firm, emails):
    log = firm().tables["contacts"].query("channel == 'e-mail' and direction == 'sortant'")
    assert len(log) == len(emails) and log["cost_cents"].eq(2).all()

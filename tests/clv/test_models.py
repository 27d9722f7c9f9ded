"""What every model must do: right gradients, honest fits, safe numbers, scikit-learn's manners."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from grc_helpers import clv
from grc_helpers.clv import BgBb, BgNbd, GammaGamma, MbgNbd, Nbd, ParetoNbd, ShiftedBetaGeometric
from grc_helpers.clv.model import FitWarning
from grc_helpers.errors import GrcError

CONTINUOUS = [BgNbd, MbgNbd, ParetoNbd, Nbd]
EVERY = [*CONTINUOUS, BgBb, GammaGamma, ShiftedBetaGeometric]
positive = st.floats(-2.5, 2.5).map(np.exp)


def made_up(n=200, seed=0, *, unit=1.0):
    """Return customers of every kind: none to many purchases, some of age zero."""
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(n) < 0.4, 0, rng.geometric(0.2, n))
    age = np.where(x + rng.integers(0, 5, n) == 0, 0, x + rng.integers(0, 60, n)).astype(float)
    last = np.where(x > 0, np.minimum(x + rng.integers(0, 30, n), age), 0)
    spend = np.where(x > 0, rng.gamma(3, 10, n) + 0.01, 0)
    return pd.DataFrame({"frequency": x, "recency": unit * last, "T": unit * age, "monetary_value": spend})


def world(n, seed, *, ends=60):
    """Draw customers who buy, and leave after a purchase (as BG/NBD says) or at any time (as Pareto/NBD says)."""
    rng = np.random.default_rng(seed)
    rate, p, age = rng.gamma(0.8, 0.2, n), rng.beta(0.8, 8, n), rng.uniform(ends / 2, ends, n)
    life = rng.exponential(1 / rng.gamma(0.8, 1 / 15, n))
    x, last, clock, alive = np.zeros(n, int), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while alive.any():
        clock = clock + rng.exponential(1 / rate)
        alive &= clock < np.minimum(age, life)
        x, last = x + alive, np.where(alive, clock, last)
        alive &= rng.random(n) > p
    return pd.DataFrame({"frequency": x, "recency": last, "T": age})


@pytest.mark.parametrize("model", EVERY)
def test_gradient_is_that_of_the_likelihood(model):
    customers, rng = made_up(), np.random.default_rng(1)
    for _ in range(20):
        point = rng.uniform(-1.5, 2, len(model.names))
        rows = model()._rows(customers, None, collapse=True)
        slope, around = model()._loss(point, rows)[1], 1e-6 * np.eye(len(point))
        numeric = [(model()._loss(point + e, rows)[0] - model()._loss(point - e, rows)[0]) / 2e-6 for e in around]
        assert slope == pytest.approx(numeric, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("model", EVERY)
def test_loss_is_minus_the_mean_of_each_customer(model):
    customers = made_up(3000)
    customers = customers[customers["frequency"] > 0] if model is GammaGamma else customers
    params = np.exp(np.linspace(0.2, 1, len(model.names)))
    fitted = model().with_params(params)
    assert fitted.score(customers) == pytest.approx(fitted.log_likelihood(customers).mean())
    rows = fitted._rows(customers, None, collapse=True)
    assert rows.n_customers == len(customers)


@pytest.mark.parametrize("model", CONTINUOUS)
def test_weights_are_customers_and_order_is_nothing(model):
    customers = world(600, 3).round(0).assign(weight=np.tile([1, 2, 3], 200))
    customers["recency"] = customers[["recency", "T"]].min(axis=1).where(customers["frequency"] > 0, 0)
    customers.loc[(customers["frequency"] > 0) & (customers["recency"] == 0), "recency"] = 1
    repeated = customers.loc[customers.index.repeat(customers["weight"])].sample(frac=1, random_state=1)
    weighted = model().fit(customers, sample_weight=customers["weight"])
    plain = model().fit(repeated)
    assert weighted.params_.tolist() == pytest.approx(plain.params_.tolist(), rel=1e-6)
    assert weighted.log_likelihood_ == pytest.approx(plain.log_likelihood_)
    assert weighted.summary()["standard_error"].tolist() == pytest.approx(
        plain.summary()["standard_error"].tolist(), rel=1e-4
    )


@pytest.mark.parametrize("model", CONTINUOUS)
@pytest.mark.parametrize("unit", [1 / 365, 7.0, 365 * 24])
def test_unit_of_time_changes_nothing_but_the_unit(model, unit):
    customers = world(1500, 4)
    scaled = customers.assign(recency=unit * customers["recency"], T=unit * customers["T"])
    one, other = model().fit(customers), model().fit(scaled)
    times = [unit if name in ("alpha", "beta") else 1 for name in one.names]
    assert other.params_.tolist() == pytest.approx((one.params_ * times).tolist(), rel=1e-5)
    shift = customers["frequency"].sum() * np.log(unit)
    assert other.log_likelihood_ == pytest.approx(one.log_likelihood_ - shift, abs=1e-4)
    forecast = one.predict(customers, t=20).tolist()
    assert other.predict(scaled, t=20 * unit).tolist() == pytest.approx(forecast, rel=1e-5)


@given(st.tuples(*[positive] * 4), st.integers(0, 3000), st.floats(0.01, 1), st.floats(0.1, 1000), st.floats(0.1, 500))
@settings(deadline=None, max_examples=60)
def test_predictions_are_possible(params, x, share, age, t):
    grid = np.array([share, (1 + share) / 2, 1.0]) * age if x else np.zeros(3)
    customers = pd.DataFrame({"frequency": x, "recency": grid, "T": age})
    for model in CONTINUOUS:
        fitted = model().with_params(params[: len(model.names)])
        alive = fitted.p_alive(customers).to_numpy()
        assert ((alive >= 0) & (alive <= 1)).all() and (np.diff(alive) >= -1e-9).all()  # seen later, alive more surely
        near, far = fitted.predict(customers, t=t), fitted.predict(customers, t=2 * t)
        assert np.isfinite(near).all() and (near >= 0).all()
        assert (near <= far * (1 + 1e-9)).all() and (far <= 2 * near * (1 + 1e-9)).all()  # rising, ever more slowly
        assert (fitted.predict(customers, t=0) == 0).all()
        assert np.isfinite(fitted.log_likelihood(customers)).all()
        once = fitted.discounted_purchases(customers, rate=0.01, horizon=t)
        assert (once <= near * (1 + 1e-9)).all() and (once >= near * np.exp(-0.01 * t) * (1 - 1e-9)).all()


@given(st.tuples(*[positive] * 4), st.floats(0.1, 10))
@settings(deadline=None, max_examples=25)
def test_probabilities_sum_to_one_and_their_mean_is_the_expectation(params, t):
    n = np.arange(3000)
    for model in CONTINUOUS:
        fitted = model().with_params(np.clip(params[: len(model.names)], 0.3, 5))
        chances = fitted.pmf(n, t=t)
        assert (chances >= 0).all() and chances.sum() == pytest.approx(1, abs=1e-6)
        assert chances @ n == pytest.approx(fitted.expected_purchases(t), rel=1e-5)


@pytest.mark.parametrize("model", CONTINUOUS)
def test_thousands_of_purchases_are_safe(model):
    rng = np.random.default_rng(6)
    x = np.append(rng.integers(0, 5000, 2000), [20_000, 0])
    age = np.full(len(x), 3650.0)
    last = np.where(x > 0, age * rng.uniform(0.2, 1, len(x)), 0)
    customers = pd.DataFrame({"frequency": x, "recency": last, "T": age})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)  # they are not draws from the model
        fitted = model(force=True).fit(customers)
    assert np.isfinite(fitted.params_).all() and np.isfinite(fitted.log_likelihood_)
    for found in (fitted.predict(customers, t=365), fitted.p_alive(customers), fitted.dert(customers, rate=1e-4)):
        assert np.isfinite(found).all()


@pytest.mark.parametrize("model", [BgNbd, MbgNbd, ParetoNbd, Nbd, BgBb])
def test_nobody_bought_again(model):
    customers = pd.DataFrame({"frequency": 0, "recency": 0, "T": [3, 5, 5, 8]})
    with pytest.warns(FitWarning, match="racheté|déterminent pas|borne"):
        fitted = model().fit(customers)
    with pytest.raises(GrcError, match="ne permet pas de prédire"):
        fitted.predict(customers, t=1)
    assert np.isfinite(fitted.set_params(force=True).predict(customers, t=1)).all()


@pytest.mark.parametrize("model", [BgNbd, MbgNbd, ParetoNbd, BgBb, ShiftedBetaGeometric])
def test_one_customer_is_not_enough(model):
    customers = pd.DataFrame({"frequency": [3], "recency": [5], "T": [9]})
    with pytest.warns(FitWarning):
        fitted = model().fit(customers)
    assert fitted.problems_ and np.isfinite(fitted.params_).all()
    with pytest.raises(GrcError, match="À faire : suivez le conseil"):
        fitted.predict(customers, t=1)


@pytest.mark.parametrize("model", [BgNbd, ParetoNbd])
def test_customers_who_never_leave_are_told_from_those_who_do(model):
    rng = np.random.default_rng(8)
    rate, age = rng.gamma(1, 0.2, 4000), np.full(4000, 50.0)
    x = rng.poisson(rate * age)
    last = np.where(x > 0, age * rng.beta(np.maximum(x, 1), 1), 0)
    customers = pd.DataFrame({"frequency": x, "recency": last, "T": age})
    with pytest.warns(FitWarning, match="ne montrent pas de départs"):
        fitted = model().fit(customers)
    nbd = Nbd().fit(customers)
    assert fitted.log_likelihood_ == pytest.approx(nbd.log_likelihood_, abs=5)
    assert nbd.problems_ == ()


def test_a_fit_that_has_not_converged_says_so(sample, monkeypatch):
    from grc_helpers.clv import optimise

    monkeypatch.setattr(optimise, "_lbfgs", lambda loss, rows, start, bounds: start)
    monkeypatch.setattr(optimise, "NEWTON_STEPS", 0)
    monkeypatch.setattr(optimise, "ROUGH_STEPS", 0)
    with pytest.warns(FitWarning, match="n'a pas convergé. Essayez avec plus de clients"):
        model = BgNbd().fit(sample)
    with pytest.raises(GrcError, match="n'a pas convergé"):
        model.p_alive(sample)


def test_scikit_learn_knows_the_models(sample):
    for name in clv.MODELS:
        model = getattr(clv, name)(force=True)
        assert model.get_params() == {"force": True} and clone(model).get_params() == {"force": True}
        with pytest.raises(GrcError, match="pas encore ajusté"):
            model.score(sample)
    scores = cross_val_score(BgNbd(), sample, cv=3)
    assert scores.mean() == pytest.approx(-9582.4 / 2357, abs=0.1)
    with pytest.raises(AttributeError):
        clv.NoSuchModel  # noqa: B018


def test_score_tells_the_better_model(sample):
    """Fader, Hardie & Lee 2005, table 2, and the NBD benchmark: BG/NBD, then Pareto/NBD, then NBD."""
    bg, pareto, nbd = (model().fit(sample).score(sample) * len(sample) for model in (BgNbd, ParetoNbd, Nbd))
    assert bg > pareto > nbd


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frequency": [1.5, 0]}, r"« frequency » n'est pas entier[\s\S]*1 ligne\(s\) ; premières : a"),
        ({"recency": [30.0, 0]}, r"après la fin de l'observation[\s\S]*premières : a"),
        ({"recency": [10.0, 5]}, r"sans réachat ont une « recency » non nulle[\s\S]*days_since_last"),
        ({"recency": [0.0, 0]}, r"racheté à l'âge zéro"),
        ({"T": [np.nan, 20]}, r"Des valeurs de « T » manquent"),
        ({"T": ["vingt", "vingt"]}, r"« T » n'est pas faite de nombres"),
        ({"frequency": [-1, 0]}, r"« frequency » sont négatives"),
    ],
)
def test_impossible_customers_are_refused(change, message):
    good = {"frequency": [2, 0], "recency": [10.0, 0.0], "T": [20.0, 20.0]}
    with pytest.raises(GrcError, match=message):
        BgNbd().fit(pd.DataFrame(good | change, index=["a", "b"]))


def test_tables_without_what_is_needed_are_refused(sample):
    with pytest.raises(GrcError, match=r"Il manque des colonnes[\s\S]*recency, T ; trouvées : frequency"):
        BgNbd().fit(sample[["frequency"]])
    with pytest.raises(GrcError, match="table client est vide"):
        BgNbd().fit(sample.head(0))
    with pytest.raises(GrcError, match="un poids par ligne"):
        BgNbd().fit(sample, sample_weight=[1, 2])
    with pytest.raises(GrcError, match="Tous les poids sont nuls"):
        BgNbd().fit(sample, sample_weight=np.zeros(len(sample)))
    with pytest.raises(GrcError, match="un nombre positif pour chaque paramètre"):
        BgNbd().with_params([1, 2, 3])
    with pytest.raises(GrcError, match="pas d'erreur type"):
        BgNbd().with_params({"r": 1, "alpha": 2, "a": 3, "b": 4}).summary()

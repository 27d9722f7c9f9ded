"""Scores of what is not seen: the potential of customers, the promise of prospects, notes by criteria."""

from __future__ import annotations

import numpy as np
import pandas as pd

SCORES = {
    "spend": "Achats par an chez nous",
    "heap": "Faisceau : rythme et panier, poids égaux",
    "learnt": "Score appris de l'enquête",
    "asked": "Réponse à l'enquête",
}


def potential_clues(data, traits: pd.DataFrame, *, cut) -> pd.DataFrame:
    """Return what a firm can see of each customer: purchases up to a day, and traits as dummy columns.

    Returns
    -------
    DataFrame indexed by customer_id
        spend_year (spend by year since the first purchase, at least half a year), pace (orders a year between the first
        and the last purchase, half a year added), basket (mean amount of an order), silence (days since the last
        purchase), and the traits.
    """
    from grc_helpers.data.warehouse import collect, customer_base

    known = collect(customer_base(data.table, observation_end=cut)).set_index("customer_id").sort_index()
    bought = pd.DataFrame(
        {
            "spend_year": known["total_spend"] / (known["T"] / 365.25).clip(lower=0.5),
            "pace": known["n_orders"] / (known["recency"] / 365.25 + 0.5),
            "basket": known["total_spend"] / known["n_orders"],
            "silence": known["days_since_last"],
        }
    )
    return bought.join(pd.get_dummies(traits.set_index("customer_id"), dtype=float), how="left")


def potential_scores(clues: pd.DataFrame, declared: pd.Series) -> pd.DataFrame:
    """Score the potential of customers who were not asked, in three ways.

    Parameters
    ----------
    clues : DataFrame indexed by customer_id
        See `potential_clues`; amounts and durations enter by their logarithm.
    declared : Series indexed by customer_id
        Yearly spend that the customers asked say they make in the category, wherever they make it.

    Returns
    -------
    DataFrame indexed by customer_id (those who were not asked)
        spend (what they buy here in a year), heap (mean rank on pace and basket, equal weights), learnt (ridge
        regression of what the customers asked declare, logarithm).
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    asked, rest = clues.index.intersection(declared.index), clues.index.difference(declared.index)
    seen = clues.assign(**{name: np.log1p(clues[name]) for name in ("spend_year", "pace", "basket", "silence")})
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 3, 9)))
    model.fit(seen.loc[asked], np.log(declared[asked].clip(lower=1)))
    heap = clues.loc[rest, ["pace", "basket"]].rank(pct=True).mean(axis=1)
    learnt = pd.Series(model.predict(seen.loc[rest]), rest)
    return pd.DataFrame({"spend": clues.loc[rest, "spend_year"], "heap": heap, "learnt": learnt})


def against_truth(scores: pd.DataFrame, truth: pd.Series, *, share: float = 0.10) -> pd.DataFrame:
    """Compare scores with the truth that only a simulator knows.

    Returns
    -------
    DataFrame indexed by score
        rho (Spearman's rank correlation), low, high (95 %, Bonett & Wright 2000), found_share (share of the customers
        of highest true potential that the score also puts in its first ``share``).
    """
    from scipy.stats import spearmanr

    truth = truth.reindex(scores.index)
    n, best = len(truth), int(round(share * len(truth)))
    top = set(truth.nlargest(best).index)
    rows = {}
    for name in scores:
        rho = float(spearmanr(scores[name], truth).statistic)
        half = 1.96 * np.sqrt((1 + rho**2 / 2) / (n - 3))
        found = len(top & set(scores[name].nlargest(best).index)) / best
        rows[name] = (rho, np.tanh(np.arctanh(rho) - half), np.tanh(np.arctanh(rho) + half), found)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rho", "low", "high", "found_share"])


def prospect_table(prospects: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of prospects at their first contact, and whether they became customers.

    Meeting and offer are left out: they happen later, and give the answer away.

    Returns
    -------
    DataFrame
        customer_id (the prospect's number), outcome, source, kind, age, household_size, zone, distance_km,
        first_contact, became (number of the customer, None if not converted).
    """
    return pd.DataFrame(
        {
            "customer_id": prospects["prospect_id"],
            "outcome": prospects["converted"].notna().astype(int),
            "source": prospects["source"],
            "kind": prospects["kind"],
            "age": prospects["first_contact"].dt.year - prospects["birth_year"],
            "household_size": prospects["household_size"],
            "zone": prospects["zone"],
            "distance_km": prospects["distance_km"],
            "first_contact": prospects["first_contact"],
            "became": prospects["customer_id"],
        }
    )


def good_customers(clients: pd.DataFrame, sales: pd.DataFrame, *, until: str, best: float = 0.2) -> pd.DataFrame:
    """Return customers with the traits of `prospect_table`, and whether they are among the best spenders a year.

    Parameters
    ----------
    clients, sales : DataFrame
        Customers (acquired, kind, birth_year…), and their sales (customer_id, date, amount).
    until : str
        Day from which nothing is known; customers of less than half a year are left out.
    best : float
        Share of customers called good.
    """
    day = pd.Timestamp(until)
    known = clients[clients["acquired"] < day - pd.Timedelta(days=182)]
    spend = sales[sales["date"] < day].groupby("customer_id")["amount"].sum()
    yearly = known["customer_id"].map(spend).fillna(0) / ((day - known["acquired"]).dt.days / 365.25)
    return pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "outcome": (yearly >= yearly.quantile(1 - best)).astype(int),
            "kind": known["kind"],
            "age": day.year - known["birth_year"],
            "household_size": known["household_size"],
            "zone": known["zone"],
            "distance_km": known["distance_km"],
        }
    )


def prospect_lists(
    prospects: pd.DataFrame, scores: dict[str, np.ndarray], worth: pd.Series, *, share: float
) -> pd.DataFrame:
    """Compare the first prospects of several scores: how many convert, and what a converted one spends.

    Parameters
    ----------
    prospects : DataFrame
        outcome, became.
    scores : dict of str to array
    worth : Series indexed by customer_id
        Yearly spend of customers.
    share : float
        Share of prospects contacted.

    Returns
    -------
    DataFrame indexed by list
        customers (contacted), yes_share, low, high (Wilson), lift, yearly_spend (of those who converted, a year),
        worth_per_contact.
    """
    from statsmodels.stats.proportion import proportion_confint

    mean, count, rows = prospects["outcome"].mean(), round(share * len(prospects)), {}
    spend = prospects["became"].map(worth).fillna(0.0)
    for name, score in {"Tous": np.zeros(len(prospects)), **scores}.items():
        kept = np.argsort(-np.asarray(score), kind="stable")[: count if name != "Tous" else len(prospects)]
        won, paid = prospects["outcome"].to_numpy()[kept], spend.to_numpy()[kept]
        low, high = proportion_confint(won.sum(), len(won), method="wilson")
        one = paid.sum() / max(won.sum(), 1)
        rows[name] = (len(won), won.mean(), low, high, won.mean() / mean, one, paid.mean())
    columns = ["customers", "yes_share", "low", "high", "lift", "yearly_spend", "worth_per_contact"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Liste")


def judge_prospects(prospects, clients, sales, *, start: str, end: str, share: float) -> pd.DataFrame:
    """Learn who resembles good customers and who converts, up to a day, and judge both on the prospects that follow.

    Parameters
    ----------
    prospects : DataFrame
        See `prospect_table`.
    clients, sales : DataFrame
        See `good_customers`.
    start, end : str
        Day from which prospects judge; day after the last one of sales.
    share : float
        Share of prospects contacted.

    Returns
    -------
    DataFrame
        See `prospect_lists`; also the product of the two probabilities.
    """
    from grc_helpers.scoring.card import Scorecard
    from grc_helpers.scoring.tables import scoring_table

    early = prospects["first_contact"] < pd.Timestamp(start)
    good = scoring_table(good_customers(clients, sales, until=start))
    past, coming = (scoring_table(prospects[who].drop(columns=["first_contact", "became"])) for who in (early, ~early))
    cards = {"Ressemblance": Scorecard().fit(good.X, good.y), "Conversion": Scorecard().fit(past.X, past.y)}
    scores = {name: card.predict_proba(coming.X)[:, 1] for name, card in cards.items()}
    scores["Les deux (produit)"] = scores["Ressemblance"] * scores["Conversion"]
    years = (pd.Timestamp(end) - clients.set_index("customer_id")["acquired"]).dt.days / 365.25
    worth = sales.groupby("customer_id")["amount"].sum() / years.clip(lower=0.5)
    return prospect_lists(prospects[~early], scores, worth, share=share)


def true_slopes(prospects: pd.DataFrame) -> pd.DataFrame:
    """Estimate by how much being an office and the logarithm of the distance raise the logit of conversion.

    Returns
    -------
    DataFrame indexed by slope (kind, distance)
        estimate, low, high (95 %, Wald).
    """
    import statsmodels.api as sm

    design = pd.DataFrame({"kind": (prospects["kind"] == "bureau") * 1.0, "distance": np.log(prospects["distance_km"])})
    fit = sm.Logit(prospects["outcome"], sm.add_constant(design)).fit(disp=False)
    bounds = fit.conf_int()
    return pd.DataFrame({"estimate": fit.params, "low": bounds[0], "high": bounds[1]}).drop(index="const")


def notes(points: pd.DataFrame) -> pd.DataFrame:
    """Return each criterion as a note from 0 (worst class) to 10 (best), so that only the weights differ."""
    return 10 * points / points.max().replace(0, 1)


def weighted_ranks(marks: pd.DataFrame, weights: np.ndarray, *, share: float) -> np.ndarray:
    """Return who is in the first ``share`` of customers for one set of weights (ties by order of the table)."""
    count = max(1, round(share * len(marks)))
    chosen = np.zeros(len(marks), dtype=bool)
    chosen[np.argsort(-(marks.to_numpy() @ np.asarray(weights)), kind="stable")[:count]] = True
    return chosen


def weight_sensitivity(marks: pd.DataFrame, y, *, share: float, n_draws: int, seed: int) -> pd.DataFrame:
    """Draw the weights of criteria at random and see who stays among the first.

    Weights are uniform among those that sum to 1 (Dirichlet of ones).

    Parameters
    ----------
    marks : DataFrame
        Notes by criterion, one row a customer.
    y : array of 0 and 1
    share : float
        Share of customers selected.

    Returns
    -------
    DataFrame, one row a draw
        auc, kept (share of the customers selected by equal weights who are selected here), weight of each criterion.
    """
    from sklearn.metrics import roc_auc_score

    draws = np.random.default_rng(seed).dirichlet(np.ones(marks.shape[1]), size=n_draws)
    equal = weighted_ranks(marks, np.ones(marks.shape[1]), share=share)
    rows = [
        (roc_auc_score(y, marks.to_numpy() @ w), weighted_ranks(marks, w, share=share)[equal].mean(), *w) for w in draws
    ]
    return pd.DataFrame(rows, columns=["auc", "kept", *marks.columns])

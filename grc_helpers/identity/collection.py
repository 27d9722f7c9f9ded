"""What one more field is worth, what it costs to ask for, and what a customer wants for it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.identity.linkage import Linkage
from grc_helpers.identity.weights import to_probability


def field_value(linkage: Linkage, *, wrong: float, missed: float) -> pd.DataFrame:
    """Return what each comparison saves in linking: the cost of deciding without it, less the cost of deciding with.

    The decisions are taken without the field's weight; what they cost is judged with all the weights, and no truth.

    Returns
    -------
    pandas.DataFrame
        field, present (share of the pairs in which both records have it), saved (in the unit of the costs); most first.
    """
    pairs, bound = linkage.pairs, wrong / (wrong + missed)
    true = pairs["probability"].to_numpy()

    def cost(united: np.ndarray) -> float:
        return float(np.where(united, (1 - true) * wrong, true * missed).sum())

    best = cost(true >= bound)
    rows = []
    for name in linkage.parameters["comparison"].unique():
        without = to_probability(pairs["weight"] - pairs[f"{name} (poids)"])
        rows.append((name, float((pairs[name] >= 0).mean()), cost(without >= bound) - best))
    table = pd.DataFrame(rows, columns=["field", "present", "saved"])
    return table.sort_values(["saved", "field"], ascending=[False, True], ignore_index=True)


def field_gain(known: pd.DataFrame, extra: pd.DataFrame, target: pd.Series, *, n_boot: int, seed: int) -> dict:
    """Return what more fields add to a prediction: area under the ROC curve without and with them.

    Predictions are those of a logistic regression on rows that it has not seen (five folds).

    Parameters
    ----------
    known, extra : pandas.DataFrame
        Numbers, and fields to add (text is one column a value).
    target : pandas.Series
        What is predicted (bool).
    n_boot, seed : int
        Draws of rows for the 95 % interval of the gain.

    Returns
    -------
    dict
        without, with, gain, low, high.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    y = target.to_numpy(dtype=int)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    scores = []
    for table in (known, pd.concat([known, pd.get_dummies(extra, dtype=float)], axis=1)):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05))
        scores.append(cross_val_predict(model, table.to_numpy(dtype=float), y, cv=folds, method="predict_proba")[:, 1])
    rng, gains = np.random.default_rng(seed), []
    for _ in range(n_boot):
        rows = rng.integers(0, len(y), len(y))
        if 0 < y[rows].sum() < len(y):
            gains.append(roc_auc_score(y[rows], scores[1][rows]) - roc_auc_score(y[rows], scores[0][rows]))
    without, both = (float(roc_auc_score(y, score)) for score in scores)
    low, high = np.quantile(gains, [0.025, 0.975])
    return {"without": without, "with": both, "gain": both - without, "low": float(low), "high": float(high)}


@dataclass(frozen=True)
class OptIn:
    """A logit of giving one's data.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        By term (const, reward, minutes, sensitive): estimate, low, high (95 %).
    n : int
        Demands.
    """

    coefficients: pd.DataFrame
    n: int

    def probability(self, reward, *, minutes: float, sensitive: bool):
        """Return the probability that the data is given."""
        b = self.coefficients["estimate"]
        logit = b["const"] + b["reward"] * np.asarray(reward, dtype=float) + b["minutes"] * minutes
        return 1 / (1 + np.exp(-(logit + b["sensitive"] * sensitive)))

    def price_of(self, term: str) -> float:
        """Return the reward that makes up for one unit of a term: −β(term) / β(reward)."""
        return float(-self.coefficients.loc[term, "estimate"] / self.coefficients.loc["reward", "estimate"])


def fit_opt_in(log: pd.DataFrame, *controls: str) -> OptIn:
    """Fit giving one's data on reward (currency units), minutes asked and sensitivity.

    Parameters
    ----------
    log : pandas.DataFrame
        given (bool), reward, minutes, sensitive (bool). The reward's effect is causal only if it was drawn by lot.
    *controls : str
        Other columns to hold equal.
    """
    from statsmodels.discrete.discrete_model import Logit

    design = log[["reward", "minutes", "sensitive", *controls]].astype(float)
    design.insert(0, "const", 1.0)
    fitted = Logit(log["given"].astype(float), design).fit(disp=False)
    low, high = fitted.conf_int()[0], fitted.conf_int()[1]
    return OptIn(pd.DataFrame({"estimate": fitted.params, "low": low, "high": high}), len(log))


def reward_curve(
    fit: OptIn, rewards: np.ndarray, *, worth: float, asking: float, minutes: float, sensitive: bool
) -> pd.DataFrame:
    """Return what asking yields, by reward.

    Parameters
    ----------
    worth : float
        What the data is worth to the firm, in currency units.
    asking : float
        Cost of asking once.

    Returns
    -------
    pandas.DataFrame
        reward, given (share), profit (of one demand: given × (worth − reward) − asking), cost_per_field (what one piece
        of data costs: reward + asking / given).
    """
    given = fit.probability(rewards, minutes=minutes, sensitive=sensitive)
    return pd.DataFrame(
        {
            "reward": rewards,
            "given": given,
            "profit": given * (worth - rewards) - asking,
            "cost_per_field": rewards + asking / given,
        }
    )


def merge_or_restart(
    *, records: int, found: int, wrong: int, review: float, collect: float, error: float, reach: float
) -> pd.DataFrame:
    """Compare uniting two files with asking everybody again.

    Parameters
    ----------
    records : int
        Persons concerned.
    found, wrong : int
        True pairs found, and false ones, by linking.
    review, collect, error : float
        Cost of setting up the linkage for one record, of collecting one record anew, of one false union.
    reach : float
        Share of the persons who answer when asked again.

    Returns
    -------
    pandas.DataFrame
        option, persons (with one complete record), cost, cost_per_person.
    """
    rows = [
        ("réunir les fichiers", found, 2 * records * review + wrong * error),
        ("repartir de zéro", round(records * reach), records * collect),
    ]
    table = pd.DataFrame(rows, columns=["option", "persons", "cost"])
    return table.assign(cost_per_person=table["cost"] / table["persons"])


def opt_in_fits(log: pd.DataFrame, taste: pd.Series) -> dict[str, OptIn]:
    """Fit the opt-in in the year when sellers chose the reward, and in the one when it was drawn by lot.

    Parameters
    ----------
    log : pandas.DataFrame
        phase (usage | essai), customer_id, given, reward, minutes, sensitive.
    taste : pandas.Series
        Hidden taste of each customer, by customer_id (in any unit): each year is also fitted at equal taste.

    Returns
    -------
    dict of str to OptIn
        By French name.
    """
    score = (taste - taste.mean()) / taste.std(ddof=0)
    log = log.assign(score=log["customer_id"].map(score).to_numpy())
    usage, drawn = (log[log["phase"] == phase] for phase in ("usage", "essai"))
    return {
        "2024 : le vendeur choisit": fit_opt_in(usage),
        "2024, à client égal (goût caché connu)": fit_opt_in(usage, "score"),
        "2025 : tirée au sort": fit_opt_in(drawn),
        "2025, à client égal": fit_opt_in(drawn, "score"),
    }


def reward_intervals(
    log: pd.DataFrame, rewards: np.ndarray, *, worth: float, asking: float, minutes: float, seed: int, n_boot: int = 200
) -> pd.DataFrame:
    """Return the 95 % intervals, by drawing demands again, of what follows from the opt-in.

    Returns
    -------
    pandas.DataFrame
        low, high by row: best (the reward that earns most), minutes (reward that makes up for one minute), sensitive.
    """
    rng, draws = np.random.default_rng(seed), []
    for _ in range(n_boot):
        fit = fit_opt_in(log.iloc[rng.integers(0, len(log), len(log))])
        curve = reward_curve(fit, rewards, worth=worth, asking=asking, minutes=minutes, sensitive=True)
        best = curve.loc[curve["profit"].idxmax(), "reward"]
        draws.append((best, fit.price_of("minutes"), fit.price_of("sensitive")))
    bounds = np.quantile(draws, [0.025, 0.975], axis=0)
    return pd.DataFrame(bounds.T, index=["best", "minutes", "sensitive"], columns=["low", "high"])


def households_gain(halves: pd.DataFrame, about: pd.DataFrame, *, n_boot: int, seed: int) -> dict:
    """Return what knowing a household adds to telling whether it will spend less in the second half of the year.

    Parameters
    ----------
    halves : pandas.DataFrame
        customer_id, period (0 and 1: the quarters that are known, 2: the half to come), spend, n_orders.
    about : pandas.DataFrame
        age, income, household_size by customer_id.

    Returns
    -------
    dict
        What `field_gain` returns, and n (households).
    """
    wide = halves.pivot(index="customer_id", columns="period", values=["spend", "n_orders"]).fillna(0)
    wide = wide.loc[wide.index.intersection(about.index)]
    past = np.log1p(wide[[("spend", 0), ("spend", 1), ("n_orders", 0), ("n_orders", 1)]]).set_axis(list("abcd"), axis=1)
    falls = wide[("spend", 2)] < wide[("spend", 0)] + wide[("spend", 1)]
    fields = about.loc[wide.index, ["age", "income", "household_size"]].astype(str)
    return {"n": len(wide), **field_gain(past, fields, falls, n_boot=n_boot, seed=seed)}

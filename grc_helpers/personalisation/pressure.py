"""How often to write: response falls with pressure, consent is lost, and the best frequency weighs the two."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

LEVELS = np.arange(1, 13)


def trial_by_customer(emails: pd.DataFrame, *, campaign: str) -> pd.DataFrame:
    """Return one row a customer of a trial of pressure: pressure, sends, clicked, opened, unsubscribed (counts)."""
    rows = emails[emails["campaign_id"].eq(campaign)]
    sums = rows.groupby(["customer_id", "pressure"], as_index=False)[["clicked", "opened", "unsubscribed"]].sum()
    return sums.merge(rows.groupby("customer_id").size().rename("sends"), on="customer_id")


def response_by_pressure(trial: pd.DataFrame) -> pd.DataFrame:
    """Return, by pressure: customers, clicked, opened, unsubscribed (an e-mail; Wilson's interval), monthly_clicks."""
    sums = trial.groupby("pressure")[["sends", "clicked", "opened", "unsubscribed"]].sum()
    table = pd.DataFrame({"customers": trial.groupby("pressure").size()})
    for name in ("clicked", "opened", "unsubscribed"):
        table[name] = sums[name] / sums["sends"]
        table[f"{name}_low"], table[f"{name}_high"] = proportion_confint(sums[name], sums["sends"], method="wilson")
    return table.assign(monthly_clicks=table.index * table["clicked"]).reset_index()


def fatigue_rate(trial: pd.DataFrame, *, what: str = "clicked") -> tuple[float, float, float]:
    """Estimate by how much the logarithm of the response rate falls for one e-mail more a month.

    Parameters
    ----------
    trial : DataFrame
        `trial_by_customer`.
    what : {"clicked", "opened"}
        The response counted.

    Returns
    -------
    estimate, low, high : float
        Poisson regression with the log of the sends as an offset; 95 % interval robust to customers who differ (HC1).
    """
    import statsmodels.api as sm

    design = sm.add_constant(trial["pressure"].to_numpy(float) - 1)
    model = sm.GLM(trial[what].to_numpy(float), design, family=sm.families.Poisson(), offset=np.log(trial["sends"]))
    fitted = model.fit(cov_type="HC1")
    half = 1.96 * fitted.bse[1]
    return float(-fitted.params[1]), float(-fitted.params[1] - half), float(-fitted.params[1] + half)


def yearly_value(
    pressure,
    *,
    click: float,
    fatigue: float,
    leave: float,
    leave_growth: float,
    click_value: float,
    cost: float,
    months: int = 24,
) -> np.ndarray:
    """Return what a subscriber brings over months of 28 days, by the number of e-mails a month.

    With p e-mails a month: an e-mail is clicked with chance click × exp(−fatigue (p − 1)) and loses the subscriber with
    chance leave × (1 + leave_growth (p − 1)); who has left receives, and brings, nothing more.

    Parameters
    ----------
    pressure : array-like
        E-mails a month.
    click_value, cost : float
        Margin of a click, cost of an e-mail.

    Returns
    -------
    ndarray
        Value over the months for someone subscribed at first.
    """
    p = np.asarray(pressure, dtype=float)
    month = p * (click * np.exp(-fatigue * (p - 1)) * click_value - cost)
    stay = (1 - np.clip(leave * (1 + leave_growth * (p - 1)), 0, 1)) ** p
    return month * sum(stay**m for m in range(months))


def rates(trial: pd.DataFrame) -> dict[str, float]:
    """Return the four parameters of `yearly_value` that a trial tells: click, fatigue, leave, leave_growth."""
    sums = trial.groupby("pressure")[["sends", "clicked", "unsubscribed"]].sum().reset_index()
    return {
        name: float(value[0])
        for name, value in _rates(
            sums["pressure"], *(sums[[c]].T.to_numpy(float) for c in ("sends", "clicked", "unsubscribed"))
        ).items()
    }


def true_rates(effects: pd.DataFrame) -> dict[str, float]:
    """Return the same parameters as the simulator's settings have them (its truth's table « effets »: name, value)."""
    value = effects.set_index("name")["value"]
    read, click = float(value["email_read"]), float(value["email_click"])
    names = {"fatigue": "email_fatigue", "leave": "email_unsubscribe", "leave_growth": "email_unsubscribe_growth"}
    return {"click": read * click} | {name: float(value[setting]) for name, setting in names.items()}


def best_pressure(
    trial: pd.DataFrame, *, levels=LEVELS, n_boot: int = 300, seed: int, **economics
) -> tuple[dict, pd.DataFrame]:
    """Find the best number of e-mails a month, and how sure one is of it.

    Returns
    -------
    best : dict
        best, low, high: e-mails a month, and the 95 % interval of the best over draws of customers.
    curve : DataFrame
        pressure, value, value_low, value_high.
    """
    rng = np.random.default_rng(seed)
    levels_seen, code = np.unique(trial["pressure"], return_inverse=True)
    counts = trial[["sends", "clicked", "unsubscribed"]].to_numpy(float)
    weights = np.vstack(
        [np.ones(len(trial)), rng.multinomial(len(trial), np.full(len(trial), 1 / len(trial)), size=n_boot)]
    )
    sums = [
        np.column_stack(
            [weights[:, code == level] @ counts[code == level, column] for level in range(len(levels_seen))]
        )
        for column in range(3)
    ]
    found = {name: value[:, None] for name, value in _rates(levels_seen, *sums).items()}
    value = yearly_value(np.asarray(levels)[None, :], **found, **economics)
    best = np.asarray(levels)[value.argmax(axis=1)]
    low, high = np.quantile(best[1:], [0.025, 0.975])
    curve = pd.DataFrame({"pressure": levels, "value": value[0]})
    curve["value_low"], curve["value_high"] = np.quantile(value[1:], [0.025, 0.975], axis=0)
    return {"best": int(best[0]), "low": int(low), "high": int(np.ceil(high))}, curve


def _rates(levels, sends: np.ndarray, clicks: np.ndarray, losses: np.ndarray) -> dict[str, np.ndarray]:
    """Fit, for each row of sums by level: log click rate (Poisson, Newton) and loss rate (weighted line)."""
    x = np.asarray(levels, dtype=float) - 1
    a = np.log(np.maximum(clicks.sum(axis=1), 0.5) / sends.sum(axis=1))
    b = np.zeros(len(a))
    for _ in range(30):
        mean = sends * np.exp(a[:, None] + b[:, None] * x)
        rest = clicks - mean
        g0, g1 = rest.sum(axis=1), (rest * x).sum(axis=1)
        h00, h01, h11 = mean.sum(axis=1), (mean * x).sum(axis=1), (mean * x * x).sum(axis=1)
        det = np.maximum(h00 * h11 - h01**2, 1e-300)
        a, b = a + (h11 * g0 - h01 * g1) / det, b + (h00 * g1 - h01 * g0) / det
    # The variance of a loss rate is about rate / sends, and rates differ little: sends are the weights.
    mean_x = (sends * x).sum(axis=1) / sends.sum(axis=1)
    mean_y = losses.sum(axis=1) / sends.sum(axis=1)
    spread = (sends * (x - mean_x[:, None]) ** 2).sum(axis=1)
    slope = (sends * (x - mean_x[:, None]) * (losses / sends)).sum(axis=1) / np.maximum(spread, 1e-300)
    leave = np.maximum(mean_y - slope * mean_x, 1e-5)
    return {"click": np.exp(a), "fatigue": -b, "leave": leave, "leave_growth": slope / leave}


def simulated_trial(
    *,
    n: int,
    fatigue: float,
    read: float,
    click: float,
    leave: float,
    leave_growth: float,
    months: int = 3,
    prefetch: float,
    prefetch_open: float,
    blocked: float,
    seed: int,
) -> pd.DataFrame:
    """Draw a trial whose truth is known; opens are measured with two errors.

    Some programs fetch the images of unread e-mails (``prefetch`` of the customers, ``prefetch_open`` of their
    e-mails); others block them (``blocked``): reading leaves no trace. Who unsubscribes receives nothing more.

    Returns
    -------
    DataFrame
        As `trial_by_customer`.
    """
    rng = np.random.default_rng(seed)
    pressure = rng.choice([1, 2, 4, 8], size=n)
    last = rng.geometric(leave * (1 + leave_growth * (pressure - 1)))
    sends = np.minimum(months * pressure, last)
    own = np.clip(read * rng.gamma(4, 0.25, size=n), 0, 1) * np.exp(-fatigue * (pressure - 1))
    reads = rng.binomial(sends, own)
    program = rng.random(n)
    fetched = np.where(program < prefetch, rng.binomial(sends - reads, prefetch_open), 0)
    opened = np.where(program > 1 - blocked, 0, reads + fetched)
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "pressure": pressure,
            "clicked": rng.binomial(reads, click),
            "opened": opened,
            "unsubscribed": (last <= months * pressure).astype(int),
            "sends": sends,
        }
    )

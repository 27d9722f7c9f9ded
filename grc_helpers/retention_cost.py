"""What losing a customer costs, and what a market share does not say of customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import check_rates, customer_value
from grc_helpers.clv.markov import chain_value
from grc_helpers.errors import GrcError
from grc_helpers.retention import renewals
from grc_helpers.retention_series import fit_contracts
from grc_helpers.retention_switching import switching_counts, switching_rates


def loss_of_customer(residual: float, newcomer: float, cost, *, limited: bool):
    """Return what the departure of one customer takes from the firm.

    When recruiting has no limit, newcomers whose value exceeds their cost are recruited anyway: the loss is the
    residual value. When places are limited (a rep's portfolio, a workshop), the place lost is given to a newcomer if
    that pays: residual − max(newcomer − cost, 0).

    Parameters
    ----------
    residual : float
        Value of what the customer would still have brought, in currency units.
    newcomer : float
        Value of a new customer before the cost of acquiring them.
    cost : float or array
        Cost of acquiring one.
    limited : bool
        Whether a newcomer takes the place of the one who left.
    """
    cost = np.asarray(cost, dtype=float)
    loss = residual - (np.maximum(newcomer - cost, 0) if limited else 0 * cost)
    return float(loss) if loss.ndim == 0 else loss


def contract_values(model, table: pd.DataFrame, *, margin: float, rate: float) -> dict[str, float]:
    """Return what a renewal of the average running contract is worth, and what a new contract is.

    Both count a payment on the day, and those to come: newcomer = margin × discounted lifetime; residual = margin ×
    (1 + DERL on the day after the renewal), averaged over the running contracts by the renewals that they have made.

    Parameters
    ----------
    model : ShiftedBetaGeometric
        Fitted.
    table : DataFrame
        What ``retention.renewals`` returns.
    margin : float
        Per period, in currency units.
    rate : float
        Discount rate per period.

    Returns
    -------
    dict
        ``residual``, ``newcomer``, in currency units.
    """
    made = table.loc[table["frequency"] == table["T"], "frequency"].value_counts()
    ahead = 1 + model.derl(made.index.to_numpy() + 1, rate=rate, when="after")
    residual = np.average(ahead, weights=made) if len(made) else np.nan
    return {"residual": margin * float(residual), "newcomer": margin * model.discounted_lifetime(rate=rate)}


@dataclass(frozen=True)
class Departure:
    """What :func:`departure` found: ``value`` (None when it cannot be had), the mean ``fee`` a period, a ``remark``."""

    value: dict[str, float] | None
    fee: float
    remark: str


def departure(lives: pd.DataFrame, *, period_days: int, margin_rate: float, discount_rate: float) -> Departure:
    """Return what a contract kept and a new one are worth, by the model that fits the renewals (sBG, or one rate).

    Parameters
    ----------
    lives : DataFrame
        What ``retention.contract_lives`` returns; ``amount`` is the price of one period, in currency units.
    margin_rate, discount_rate : float
        Share of the price that is margin; annual rate.
    """
    dated = renewals(lives, period_days=period_days)
    model, remark = fit_contracts(dated)
    fee = float(lives["amount"].mean()) if "amount" in lives else 0.0
    if model is None or not fee > 0:
        return Departure(None, fee, remark if model is None else "")
    rate = (1 + discount_rate) ** (period_days / 365.25) - 1
    value = contract_values(model, dated, margin=fee * margin_rate, rate=rate)
    return Departure(value, fee, f" : {remark}" if remark else "")


def loss_curves(value: dict[str, float], *, cost: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return costs of acquisition, and what a departure costs at each, with and without a limit on places.

    Parameters
    ----------
    value : dict
        What :func:`contract_values` returns.
    cost : float
        The cost that must be among those shown.
    """
    costs = np.linspace(0, 1.3 * max(value["newcomer"], cost), 200)
    ways = {"on recrute sans limite": False, "sa place est reprise": True}
    residual, newcomer = value["residual"], value["newcomer"]
    return costs, {name: loss_of_customer(residual, newcomer, costs, limited=limited) for name, limited in ways.items()}


def two_firms(
    retentions: dict[str, float], *, customers: int, margin: float, discount_rate: float, cost: float, years: int = 5
) -> pd.DataFrame:
    """Return firms that all keep the same number of customers, hence the same share, by replacing those who leave.

    Parameters
    ----------
    retentions : dict of str to float
        Each firm's annual retention.
    customers : int
        Customers of each, every year.
    margin, cost : float
        Annual margin of a customer, cost of acquiring one, in currency units.

    Returns
    -------
    DataFrame, one row a firm
        ``retention``, ``at_start``, ``departed``, ``arrived`` (a year), ``at_end``, ``renewed_share`` (of the
        customers of the start, those still there after ``years``), ``acquisition_budget`` (a year), ``base_value`` (of
        today's customers: all their margins, this year's included, discounted).
    """
    rows = {}
    for name, retention in retentions.items():
        check_rates(retention, discount_rate)
        lost = round(customers * (1 - retention))
        rows[name] = {
            "retention": retention,
            "at_start": customers,
            "departed": lost,
            "arrived": lost,
            "at_end": customers,
            "renewed_share": retention**years,
            "acquisition_budget": lost * cost,
            "base_value": customers * customer_value(margin, retention, discount_rate),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("firm")


def panel_flows(counts: np.ndarray, brands: list[str]) -> pd.DataFrame:
    """Return each brand's purchases lost and won between successive purchases of a panel, and their balance.

    Parameters
    ----------
    counts : array, (brands, brands)
        Passages, summed over households.

    Returns
    -------
    DataFrame, one row a brand
        ``departed`` and ``arrived`` (in share of all passages), ``balance``.
    """
    total = counts.sum()
    stayed = np.diag(counts)
    departed, arrived = (counts.sum(axis=axis) - stayed for axis in (1, 0))
    balance = (arrived - departed) / total
    table = pd.DataFrame({"departed": departed / total, "arrived": arrived / total, "balance": balance}, index=brands)
    return table.rename_axis("brand")


def shared_loyalty(panel: pd.DataFrame, *, ahead: int) -> pd.DataFrame:
    """Forecast how many of a household's next purchases go to the brand it has just bought, three ways, and count them.

    The last ``ahead`` purchases of each household are hidden; everything is estimated on those before. With P the
    passages between brands: lost for good at the first change, Σ_t P_bb^t; chain of the brands, Σ_t (P^t)_bb; the
    household's own share of its category purchases, × ``ahead``. At one margin a purchase, a count is a value.

    Parameters
    ----------
    panel : DataFrame
        One row a purchase, in the order of each household's (``id``, ``choice``); households with fewer than
        ``ahead`` + 2 purchases are left out.

    Returns
    -------
    DataFrame, one row a brand, largest first
        ``households`` (whose last purchase seen is of the brand), ``if_lost``, ``if_chain``, ``if_share``, ``came``
        (mean counts) with ``low``, ``high`` (95 %, normal; NaN under 20 households).

    References
    ----------
    Pfeifer, P. E. & Carraway, R. L. (2000). *Journal of Interactive Marketing* 14(2), for the value of a chain.
    """
    home = panel.groupby("id")["choice"]
    enough, left = home.transform("size") >= ahead + 2, home.cumcount(ascending=False)
    if not enough.any():
        raise GrcError("Aucun foyer n'achète assez.", todo=f"il faut au moins {ahead + 2} achats d'un même foyer")
    past, later = panel[enough & (left >= ahead)], panel[enough & (left < ahead)]
    counts, brands = switching_counts(past)
    rates, latest = switching_rates(counts.sum(axis=0)), past.groupby("id")["choice"].last()
    own, made = (
        pd.crosstab(part["id"], part["choice"]).reindex(columns=brands, fill_value=0) for part in (past, later)
    )
    rows = {}
    for place, brand in enumerate(brands):
        homes, buys = latest.index[latest == brand], np.eye(len(brands))[place]
        came = made.loc[homes, brand]
        reach = 1.96 * came.sem() if len(homes) >= 20 else np.nan
        rows[brand] = {
            "households": len(homes),
            "if_lost": customer_value(1.0, rates[place, place], 0.0, horizon=ahead + 1) - 1,
            "if_chain": chain_value(rates, buys, 0.0, horizon=ahead)[place] - 1,
            "if_share": ahead * (own[brand] / own.sum(axis=1))[homes].mean(),
            "came": came.mean(),
            "low": came.mean() - reach,
            "high": came.mean() + reach,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("brand")

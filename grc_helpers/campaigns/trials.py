"""A campaign and its control group: reading them, checking them, and what each customer bought afterwards."""

from __future__ import annotations

import unicodedata

import pandas as pd

from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError

GROUPS = ("groupe", "group", "bras", "traite", "traitement", "treated", "treatment", "test")
TREATED = {"traite", "treated", "test", "oui", "yes", "1", "true", "vrai", "expose", "t"}
CONTROL = {"temoin", "controle", "control", "non", "no", "0", "false", "faux", "c"}
SMALLEST = 20


def daily_sales(table) -> pd.DataFrame:
    """Return one row a customer and day: ``customer_id``, ``date``, ``amount`` (currency units), ``orders``.

    An order is an ``order_id`` if the table has them, else a day of purchase.
    """
    counted = {"orders": table.order_id.nunique()} if "order_id" in table.columns else {}
    daily = collect(
        table.group_by("customer_id", "date").agg(amount_cents=table.amount_cents.sum().cast("int64"), **counted)
    )
    if not counted:
        daily["orders"] = 1
    return daily.assign(date=pd.to_datetime(daily["date"]), orders=daily["orders"].astype("int64"))


def campaign_trial(targets: pd.DataFrame, campaign: str, *, unit_cost: float, vouchers: pd.DataFrame | None = None):
    """Return the trial of a campaign of the simulated firm (see :func:`check_trial` for the columns).

    Parameters
    ----------
    targets : DataFrame
        ``campaign_id``, ``customer_id``, ``group`` (« traité » or « témoin »), ``observed_from``.
    campaign : str
        Its identifier.
    unit_cost : float
        Cost of a contact, for each treated customer.
    vouchers : DataFrame, optional
        ``customer_id``, ``value``, ``redeemed_on``: a voucher used costs its value.
    """
    part = targets[targets["campaign_id"] == campaign]
    trial = pd.DataFrame({"customer_id": part["customer_id"], "treated": part["group"] == "traité"})
    trial["since"], trial["cost"] = pd.to_datetime(part["observed_from"]), unit_cost * trial["treated"]
    if vouchers is not None:
        used = vouchers[vouchers["redeemed_on"].notna()].groupby("customer_id")["value"].sum()
        trial["cost"] += trial["customer_id"].map(used).fillna(0)
    return check_trial(trial)


def read_trial(data, *, campaign: str = "", unit_cost: float) -> pd.DataFrame:
    """Read a trial from a user's file of contacts: who, when, and in which group.

    Parameters
    ----------
    data : Dataset
        Of kind "contacts": a customer, a day, and one column that says treated or control; a campaign if there are
        several. Customers of the control group have the day on which they would have been contacted.
    campaign : str
        The one wanted; may be left out when the file has only one.
    unit_cost : float
        Cost of a treated customer.

    Raises
    ------
    GrcError
        No column of groups, an unknown word in it, no control group, several campaigns, too few customers.
    """
    frame = collect(data.table)
    if "campaign_id" in frame:
        names = sorted(frame["campaign_id"].dropna().unique())
        if campaign and campaign not in names or not campaign and len(names) > 1:
            raise GrcError(
                f"La campagne « {campaign} » n'est pas dans l'essai." if campaign else "L'essai a plusieurs campagnes.",
                where=f"campagnes : {', '.join(map(str, names[:8]))}",
                todo="donnez l'une d'elles au réglage « campaign »",
            )
        frame = frame[frame["campaign_id"] == (campaign or names[0])] if names else frame
    column = next((name for name in frame.columns if _plain(name) in GROUPS), None)
    if column is None:
        raise GrcError(
            "Cet essai n'a pas de groupe témoin : rien ne dit ce qu'auraient fait les clients sans la campagne.",
            where=f"colonnes lues : {', '.join(frame.columns)}",
            todo="ajoutez une colonne « groupe » (traité ou témoin, tirés au sort), ou videz le réglage « trial »",
        )
    words = frame[column].map(_plain)
    unknown = ~words.isin(TREATED | CONTROL)
    if unknown.any():
        raise GrcError(
            f"La colonne « {column} » a des groupes que l'on ne sait pas lire.",
            where=f"{unknown.sum()} lignes, par exemple « {frame.loc[unknown, column].iloc[0]} »",
            todo="écrivez « traité » ou « témoin » sur chaque ligne",
        )
    trial = pd.DataFrame({"customer_id": frame["customer_id"], "treated": words.isin(TREATED)})
    trial["since"], trial["cost"] = pd.to_datetime(frame["date"]), unit_cost * trial["treated"]
    return check_trial(trial.sort_values(["customer_id", "since"], kind="stable"))


def check_trial(trial: pd.DataFrame) -> pd.DataFrame:
    """Return a trial, one row a customer; refuse one that has no control, too few customers, or one in both groups.

    Parameters
    ----------
    trial : DataFrame
        ``customer_id``, ``treated`` (bool), ``since`` (day from which outcomes count), ``cost``.
    """
    both = trial.groupby("customer_id")["treated"].nunique().gt(1)
    if both.any():
        raise GrcError(
            "Des clients sont à la fois traités et témoins.",
            where=f"{both.sum()} clients, par exemple « {both.index[both][0]} »",
            todo="gardez un seul groupe par client",
        )
    trial = trial.drop_duplicates("customer_id").reset_index(drop=True)
    sizes = int(trial["treated"].sum()), int((~trial["treated"]).sum())
    if not sizes[1]:
        raise GrcError(
            "Cet essai n'a pas de groupe témoin : tous les clients sont traités.",
            where=f"{sizes[0]} traités, 0 témoin",
            todo="tirez au sort des clients que vous ne sollicitez pas, ou videz le réglage « trial »",
        )
    if min(sizes) < SMALLEST:
        raise GrcError(
            f"Il faut au moins {SMALLEST} clients par groupe pour donner un intervalle.",
            where=f"{sizes[0]} traités, {sizes[1]} témoins",
            todo="élargissez l'essai ; la section sur la taille de l'essai dit de combien",
        )
    return trial


def check_sales(daily: pd.DataFrame, trial: pd.DataFrame, *, start, end, days: int) -> None:
    """Refuse a trial whose customers are not in the sales, or whose days are not all observed.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``.
    start, end : date
        First and last day of the sales.
    days : int
        How long outcomes count from each customer's day.
    """
    known = trial["customer_id"].isin(daily["customer_id"].unique())
    if not known.any():
        raise GrcError(
            "Aucun client de l'essai n'est dans les ventes.",
            where=f"essai : « {trial['customer_id'].iloc[0]} » ; ventes : « {daily['customer_id'].iloc[0]} »",
            todo="employez les mêmes numéros de client dans les deux fichiers",
        )
    first, last = trial["since"].min(), trial["since"].max() + pd.Timedelta(days=days - 1)
    if first < pd.Timestamp(start) or last > pd.Timestamp(end):
        raise GrcError(
            "Les ventes ne couvrent pas tout l'essai : des achats y manqueraient sans que l'on le voie.",
            where=f"essai du {first:%d/%m/%Y} au {last:%d/%m/%Y} ; ventes du {start:%d/%m/%Y} au {end:%d/%m/%Y}",
            todo="raccourcissez « window_days » et « after_days », ou attendez la suite des ventes",
        )


def outcomes(daily: pd.DataFrame, trial: pd.DataFrame, *, start: int, stop: int) -> pd.DataFrame:
    """Return what each customer of a trial bought, from ``start`` to ``stop`` days after its day (stop excluded).

    Returns
    -------
    DataFrame, rows of ``trial``
        ``orders``, ``amount``.
    """
    joined = daily.merge(trial[["customer_id", "since"]], on="customer_id")
    age = (joined["date"] - joined["since"]).dt.days
    kept = joined[(age >= start) & (age < stop)].groupby("customer_id")[["orders", "amount"]].sum()
    return kept.reindex(trial["customer_id"]).fillna(0).reset_index(drop=True)


def _plain(value) -> str:
    text = unicodedata.normalize("NFKD", str(value)).encode("ascii", "ignore").decode()
    text = text.strip().casefold()
    return text.removesuffix(".0")

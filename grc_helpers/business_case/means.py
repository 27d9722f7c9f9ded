"""What the firm's own means cost and must join: S0's three means, the flexibility that S3 asks, S4's steps."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from grc_helpers.business_case.sheets import SEEN
from grc_helpers.business_case.turnover import NAMES
from grc_helpers.channels.coherence import stale_days, synchronisation
from grc_helpers.data.loading import read_table
from grc_helpers.style import money, number, percent

# S0's mean, then the role and the channel of the accounts that price it.
MEANS = {
    "Base de données (BDD)": None,
    "Site internet : ventes": ("vente", "web"),
    "Téléphone : ventes": ("vente", "téléphone"),
    "Téléphone : appels passés": ("contact", "appel"),
}


def or_blank(value: float) -> str:
    """Write an amount in euros, or that the accounts have none."""
    return "non noté" if pd.isna(value) else money(value, "EUR", 0 if abs(value) >= 1_000 else 2)


def yearly_volumes(sales: pd.DataFrame, contacts: pd.DataFrame) -> pd.Series:
    """Return sales and contacts sent by role, channel and year, as the accounts of channels name them.

    Parameters
    ----------
    sales : DataFrame
        ``date``, ``channel``.
    contacts : DataFrame
        ``date``, ``channel``, ``direction``.
    """
    sent = contacts[contacts["direction"] == "sortant"]
    parts = {
        role: rows.groupby(["channel", rows["date"].dt.year.rename("year")]).size()
        for role, rows in (("vente", sales), ("contact", sent))
    }
    return pd.concat(parts, names=["role"])


def means_table(costs: pd.DataFrame, sales: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return what each mean costs a year: fixed cost + unit cost × sales or contacts; nothing when not in the accounts.

    Parameters
    ----------
    costs : DataFrame
        ``role``, ``channel``, ``year``, ``fixed_cost`` (currency units a year), ``unit_cost`` (a sale or a contact).
    sales, contacts : DataFrame
        See :func:`yearly_volumes`.

    Returns
    -------
    DataFrame, one row a mean of ``MEANS``
        One column a year (currency units), then ``cost_per_act``: the last year's cost ÷ its sales or contacts.
    """
    volumes = yearly_volumes(sales, contacts)
    accounts = costs.set_index(["role", "channel", "year"]).sort_index()
    count = volumes.reindex(accounts.index, fill_value=0)
    paid = accounts["fixed_cost"] + accounts["unit_cost"] * count
    years = sorted(costs["year"].unique())
    rows = {}
    for mean, key in MEANS.items():
        spent = {str(year): paid[(*key, year)] if key else float("nan") for year in years}
        last = count[(*key, years[-1])] if key else 0
        rows[mean] = spent | {"cost_per_act": spent[str(years[-1])] / last if last else float("nan")}
    return pd.DataFrame(rows).T.rename_axis("tool")


def sending_cost_in_use(given: float) -> float:
    """Return the cost of an automatic message: the reader's, or (0) what the simulated firm's last e-mail costs."""
    if given:
        return given
    costs = read_table("cafes_merle", "couts_canaux.parquet")
    return float(costs[costs["channel"] == "e-mail"].sort_values("year")["unit_cost"].iloc[-1])


def flexibility_sheet(
    sales: pd.DataFrame, contacts: pd.DataFrame, log: pd.DataFrame, files: list[str], *, end
) -> pd.DataFrame:
    """Return what "flexible enough" asks of a tool, one criterion a line, with what the firm's data show of the need.

    Parameters
    ----------
    sales, contacts : DataFrame
        ``date``, ``channel``.
    log : DataFrame
        ``channel``, ``date``, ``visible``, ``conflict``: updates of customers' records.
    files : list of str
        Names of the files to join.
    end : date
        Last day observed.
    """
    kinds = pd.Series([Path(name).suffix for name in files]).value_counts().sort_index()
    slow = synchronisation(log, end=end)["median_days"]
    first = sales.groupby("channel")["date"].min()
    rows = [
        ("Joindre tous les canaux", f"{sales['channel'].nunique()} canaux de vente, "
         f"{contacts['channel'].nunique()} de contact"),
        ("Lire plusieurs formats", f"{len(files)} fichiers : " + ", ".join(f"{n} {kind}" for kind, n in kinds.items())),
        ("Montrer vite une modification", f"délai médian, en jours : {number(slow.min())} ({slow.idxmin()}) à "
         f"{number(slow.max())} ({slow.idxmax()}) ; neuf sur dix : {number(stale_days(log, end=end).quantile(0.9))} "
         "au plus"),
        ("Trancher entre deux valeurs",
         f"{percent(log['conflict'].mean())} des modifications en contredisent une autre"),
        ("Accueillir un canal nouveau", f"dernier ouvert : {first.idxmax()}, première vente le {first.max():%d/%m/%Y}"),
        ("Sortir les données sans l'éditeur", "rien : aucun contrat n'est dans les données"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Critère de souplesse", SEEN])


def method_sheet(
    *, change, grades: pd.DataFrame, needs: pd.DataFrame, options: dict[str, float], net: float, weeks: pd.Series,
    currency: str,
) -> pd.DataFrame:  # fmt: skip
    """Return S4's nine steps, each with what the notebook has computed of it.

    Parameters
    ----------
    change : DataFrame or None
        See ``turnover.change_table``.
    grades : DataFrame
        See ``project.maturity_table``.
    needs : DataFrame
        See ``sheets.tools_sheet``.
    options : dict of str to float
        Value of the programme with each tool (currency units).
    net : float
        Value of the quote.
    weeks : Series
        Duration of each task of the calendar.
    """
    moved = "rien : pas deux périodes à comparer"
    if change is not None:
        heaviest = change["factor_change"].abs().idxmax()
        moved = f"a le plus changé le CA : {NAMES[heaviest].lower()} (section 2)"
    weakest, best = grades["last_grade"].idxmin(), max(options, key=options.get)

    def planned(task):
        return f"{number(weeks[task])} semaines, durée d'exemple (ci-dessus)"

    rows = [
        ("Analyse stratégique", moved),
        ("Diagnostic", f"au plus bas : {weakest}, {number(grades.loc[weakest, 'last_grade'], 1)} sur 5 (section 12)"),
        ("Besoins", f"{len(needs)} sortes d'outils, chacune devant son volume (section 11)"),
        ("Alternatives", f"{len(options)} outils inventés ; la plus forte VAN : {best} (section 9)"),
        ("Coûts-bénéfices", f"VAN du devis : {money(net, currency)} ; avec {best} : "
         f"{money(options[best], currency)} (sections 6 et 9)"),
        ("Implantation", planned("Implantation")),
        ("Formation du personnel", planned("Formation du personnel")),
        ("Gestion du changement", planned("Gestion du changement")),
        ("Veille et BI", planned("Veille et BI")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Étape (S4)", "Ce que ce cahier a calculé"])

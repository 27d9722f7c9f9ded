"""The four steps of one-to-one, with what the data have just said of each."""

import pandas as pd

from grc_helpers.style import money, number, percent

NONE = "pas de produit dans ces données"


def idic_points(
    *,
    known: pd.DataFrame,
    gap: tuple[float, float] | None,
    useful: pd.DataFrame,
    gain,
    zones: pd.DataFrame,
    currency: str,
) -> pd.DataFrame:
    """Return the rows of the fact sheet.

    Parameters
    ----------
    known : DataFrame
        `identification.known_before`.
    gap : (float, float), optional
        Chances of the same item, within a customer and between two (`differences.personal_share`).
    useful : DataFrame
        `contacts.cost_per_useful`, of Cafés Merle.
    gain : Series, optional
        Row of the personal list in `lists.compare_lists`.
    zones : DataFrame
        `approaches.thresholds`.

    Returns
    -------
    DataFrame of str
        « Temps », « Ce que disent les données ».
    """
    deep = known.iloc[-1] if len(known) else None
    best = useful.dropna(subset="useful_cost").iloc[0]
    found = (
        NONE
        if gain is None
        else f"la liste personnelle trouve {number(100 * gain['gain'], 1)} points de plus que les meilleures ventes"
    )
    last = zones.iloc[-1]
    start = (
        "aucune approche ne paie son coût"
        if last["approach"] == "aucune"
        else f"approche {last['approach']} à partir de {money(last['from_value'], currency)} de marge annuelle"
    )
    rows = [
        (
            "Identifier",
            "aucune vente dans le dernier cinquième de la période"
            if deep is None
            else f"{percent(deep['sales_share'])} du CA récent vient de clients "
            f"déjà vus {number(deep['known_days'])} jours",
        ),
        (
            "Différencier",
            NONE if gap is None else f"même produit : {percent(gap[0])} pour un client, {percent(gap[1])} pour deux",
        ),
        (
            "Communiquer",
            f"Cafés Merle (simulés) : {money(best['useful_cost'], 'EUR', 2)} l'interaction utile par {best['channel']} "
            f"({best['useful_kinds']})",
        ),
        ("Personnaliser", f"{found} ; {start}"),
    ]
    return pd.DataFrame(rows, columns=["Temps", "Ce que disent les données"])

"""What the chapter on channels shows of the simulated firm: tables with French headings, ready to be read."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pandas as pd

from grc_helpers.channels import attribution, cannibalisation, coherence, offers, policy, worlds
from grc_helpers.style import money, number, percent

euros = partial(money, currency="EUR")
cents = partial(euros, decimals=2)
short = partial(number, decimals=1)
FORMATS = {
    "À trouver": percent, "Achètent": percent, "Achètent (traités)": percent, "Ajouté par le contact": percent,
    "Biais": percent, "Capacité par semaine": number, "Chance": percent, "Clients joignables": percent,
    "Contredites": number, "Coût fixe": euros, "Coût unitaire": cents, "Coûts ajoutés": euros, "De masse": short,
    "Dispersion": percent, "Écart": percent, "Écart habituel": percent, "Effet vrai": percent,
    "Équivalents temps plein": partial(number, decimals=2), "Gain du plan": euros, "Gain par contact, coût payé": cents,
    "Heures par an": number, "Heures par visite": short, "Hors ligne": number, "Jours de décalage": number,
    "Marge ajoutée": euros, "Marge annuelle": euros, "Modifications": number, "Part contredite": percent,
    "Personnalisée": short, "Plus chers": number, "Prix": cents, "Prix en boutique": cents, "Produits": number,
    "Produits vendus": percent, "Prospects": number, "Questions reposées": number, "Rachètent": percent,
    "Réponse différente": percent, "Résultat ajouté": euros, "Semi-personnalisée": short, "Trouvé en moyenne": percent,
    "Une unité de plus rapporte": cents, "Vérité": percent, "Visites par an": number, "Vraiment ajoutées": number,
}  # fmt: skip
APPROACHES = {
    "e-mail": "De masse",
    "courrier": "Semi-personnalisée",
    "appel": "Personnalisée",
    "visite": "Personnalisée",
}
CONCERNS = [
    "Mieux identifier les clients",
    "Conserver la mémoire des interactions avec eux",
    "Faire partager cette connaissance avec les différents canaux",
    "Permettre aux clients d'interagir de façon cohérente avec la marque",
]
DRAWN_BY_LOT = ("BIENVENUE", "BON-2024", "NOEL-2024")


def cost_map(firm: SimpleNamespace, *, year: int) -> pd.DataFrame:
    """Return what the firm knows of its channels: costs, capacity, reach."""
    own = firm.costs[firm.costs["year"] == year]
    names = {"role": "Rôle", "fixed_cost": "Coût fixe", "unit_cost": "Coût unitaire"}
    names |= {"capacity_week": "Capacité par semaine", "reach": "Clients joignables"}
    return own[["channel", *names]].rename(columns=names)


def trials(firm: SimpleNamespace) -> pd.DataFrame:
    """Return the campaigns drawn by lot: who buys, what the contact adds, what it earns."""
    costs, lines = firm.campaigns.set_index("campaign_id")["unit_cost"], {}
    for name, rows in firm.targets[firm.targets["campaign_id"].isin(DRAWN_BY_LOT)].groupby("campaign_id"):
        bought = rows.loc[rows["group"] == "traité", "bought"].mean()
        lines[name] = {"Achètent (traités)": bought} | offers.trial_gain(rows, unit_cost=costs[name])
    table = pd.DataFrame(lines).T.astype(float).rename_axis("Campagne")
    return table.rename(columns={"lift": "Ajouté par le contact", "gain": "Gain par contact, coût payé"})


def web_shop(account: pd.DataFrame, orders: pd.DataFrame) -> dict[str, float]:
    """Return the web shop's terms, as ``cannibalisation.added_result`` takes them (its orders against a shop's)."""
    handled = -account.loc[["Prise et préparation", "Livraisons"]].sum()
    per_order = handled / orders.groupby("channel").size().reindex(handled.index)
    sales, goods, fixed = account.loc[["Ventes", "Coût des produits", "Coûts fixes du canal"], "web"]
    return {
        "sales": float(sales), "orders": int((orders["channel"] == "web").sum()), "fixed": float(-fixed),
        "margin_rate": float((sales + goods) / sales), "order_gap": float(per_order["web"] - per_order["boutique"]),
    }  # fmt: skip


def added_by_web(web: dict[str, float], shares: dict[str, float]) -> pd.DataFrame:
    """Return what the web shop adds, for several shares of displaced sales (at most all of them)."""
    lines = {}
    for name, share in shares.items():
        found = cannibalisation.added_result(displaced=min(share, 1.0), **web)
        lines[f"{name} : {percent(share, 0)}"] = [found["synergy"], found["costs"], found["added"]]
    names = ["Marge ajoutée", "Coûts ajoutés", "Résultat ajouté"]
    return pd.DataFrame.from_dict(lines, orient="index", columns=names).rename_axis("Ventes déplacées")


def gains(segments: pd.DataFrame, channels: pd.DataFrame) -> pd.DataFrame:
    """Return segment × channel: what one contact earns, and the best channel."""
    table = policy.best_channel(channels, segments["margin"]).set_index(segments.index)
    table = table.rename(columns={"best": "Meilleur canal"}).replace({"Meilleur canal": {"": "aucun"}})
    return segments.rename(columns={"margin": "Marge annuelle"}).join(table)


def repeated_answers(again: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return how often a question asked again gets another answer, by the same channel or not, and the truth."""
    words = {True: "un autre canal", False: "le même canal"}
    table = coherence.rates(again["contradiction"], again["elsewhere"].map(words))
    table["Vérité"] = truth.groupby("elsewhere")["contradiction"].mean().rename(words)
    names = {"n": "Questions reposées", "share": "Réponse différente"}
    return table.drop(columns="hits").rename(columns=names).rename_axis("Reposée par")


def credit_and_cause(credited: pd.DataFrame, added: pd.Series) -> pd.DataFrame:
    """Return what three rules credit each contact channel with, beside what it has truly added."""
    table = credited[[attribution.LAST, attribution.LINEAR, attribution.SHAPLEY]]
    return table.assign(**{"Vraiment ajoutées": added.reindex(table.index).fillna(0)}).rename_axis("channel")


def sensitivity(segments: pd.DataFrame, channels: pd.DataFrame, factors, **terms) -> pd.DataFrame:
    """Return the contacts by channel and the gain of the best plan, the responses multiplied by each factor."""
    lines = {}
    for factor in factors:
        found = policy.plan(segments, channels.assign(lift=factor * channels["lift"]), **terms)
        lines[f"réponses × {short(factor)}"] = {**found["contacts"].sum().round(), "Gain du plan": found["gain"]}
    return pd.DataFrame(lines).T.rename_axis("Hypothèse")


def approaches(contacts: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts a customer and a year of a plan, by approach (personal, semi-personal, mass)."""
    table = contacts.T.groupby(APPROACHES).sum().T.div(segments["customers"], axis=0)
    return table[["Personnalisée", "Semi-personnalisée", "De masse"]]


def team(load: pd.DataFrame) -> pd.DataFrame:
    """Return the workload of a team of sellers."""
    names = {"visits": "Visites par an", "hours": "Heures par visite", "load": "Heures par an"}
    names |= {"fte": "Équivalents temps plein"}
    return load[["customers", *names]].rename(columns=names)


def parity(firm: SimpleNamespace, *, year: int, tolerance: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return prices and assortment beside the shop's, and the prices to check."""
    summary, odd = coherence.price_parity(firm.prices, reference="boutique", year=year, tolerance=tolerance)
    summary["Produits vendus"] = coherence.assortment(firm.lines, firm.sales, year=year)
    names = {"products": "Produits", "median_gap": "Écart habituel", "outside": "Hors ligne", "dearer": "Plus chers"}
    odd = odd.merge(firm.products[["product_id", "name"]], on="product_id")
    odd = odd.rename(
        columns={"name": "Produit", "price": "Prix", "reference_price": "Prix en boutique", "gap": "Écart"}
    )
    return summary.rename(columns=names), odd[["Produit", "channel", "Prix", "Prix en boutique", "Écart"]]


def delays(log: pd.DataFrame, *, end) -> pd.DataFrame:
    """Return how long the other channels do not see an update, and the conflicts."""
    names = {"updates": "Modifications", "stale_days": "Jours de décalage", "conflicts": "Contredites"}
    table = coherence.synchronisation(log, end=end).rename(columns=names | {"share": "Part contredite"})
    order = ["Modifications", "median_days", "late_days", "Jours de décalage", "Contredites", "Part contredite"]
    return table[[*order, "low", "high"]]


def four_concerns(firm: SimpleNamespace, single_view: float) -> pd.DataFrame:
    """Return what the data say of S0's four concerns, as texts."""
    account, card = firm.customers["web_user"].mean(), firm.customers["card_from"].notna().mean()
    shared = firm.collected["shared_on"].notna().sum() / firm.collected["given"].sum()
    noted = firm.contacts["outcome"].isna().mean()
    facts = [
        f"{percent(account, 0)} des clients ont un compte, {percent(card, 0)} une carte",
        f"{percent(noted, 0)} des contacts sans suite notée",
        f"{percent(shared, 0)} des données obtenues ont été diffusées",
        f"{percent(single_view, 0)} des clients de plusieurs canaux n'ont subi aucun incident noté",
    ]
    return pd.DataFrame({"Préoccupation (S0)": CONCERNS, "Ce que disent les données": facts})


def recovery() -> pd.DataFrame:
    """Return the stored table of recovery with French headings."""
    names = {"truth": "Effet vrai", "value": "À trouver", "mean": "Trouvé en moyenne", "bias": "Biais"}
    return worlds.read_recovery().drop(columns="worlds").rename(columns=names | {"spread": "Dispersion"})

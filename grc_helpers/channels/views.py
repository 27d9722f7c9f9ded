"""What the chapter on channels shows of the simulated firm: tables with French headings, ready to be read."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pandas as pd

from grc_helpers.channels import cannibalisation, coherence, offers, policy, worlds
from grc_helpers.style import interval, money, number, percent

euros = partial(money, currency="EUR")
cents = partial(euros, decimals=2)
whole = partial(percent, decimals=0)
FORMATS = {
    "Achètent": percent, "Ajoutés": percent, "Biais, effet de 10\u202f%": percent,
    "Biais, sans effet": percent, "Capacité par semaine": number, "Chance": percent, "Clients joignables": percent,
    "Coût fixe": euros, "Coût unitaire": cents, "Coûts ajoutés": euros,
    "Couverture, effet de 10\u202f%": whole, "Couverture, sans effet": whole, "Écart habituel": percent,
    "Équivalents temps plein": partial(number, decimals=2), "Gain par contact": cents,
    "Heures par an": number, "Heures par visite": partial(number, decimals=1), "Hors ligne": number,
    "Marge ajoutée": euros, "Marge annuelle": euros, "Modifications": number, "Part contredite": percent,
    "Plus chers": number, "Produits": number, "Produits vendus": percent, "Questions nouvelles": number,
    "Questions reposées": number, "Réponse différente": percent, "Résultat ajouté": euros, "Suites observées": number,
    "Vérité": percent, "Visites par an": number, "Vraiment ajoutées": number,
}  # fmt: skip
APPROACHES = {
    "e-mail": "e-mail (masse)",
    "courrier": "courrier (semi)",
    "appel": "appel (personnel)",
    "visite": "visite (personnelle)",
}
CONCERNS = [
    "Mieux identifier les clients",
    "Conserver la mémoire des interactions avec eux",
    "Faire partager cette connaissance avec les différents canaux",
    "Permettre aux clients d'interagir de façon cohérente avec la marque",
]
VOUCHER, YEAR = "BON-2024", pd.Timedelta(days=365)
DRAWN_BY_LOT = ("BIENVENUE", VOUCHER, "NOEL-2024")


def cost_map(firm: SimpleNamespace, *, year: int) -> pd.DataFrame:
    """Return what the firm knows of its channels: costs, capacity, reach."""
    own = firm.costs[firm.costs["year"] == year]
    names = {"role": "Rôle", "fixed_cost": "Coût fixe", "unit_cost": "Coût unitaire"}
    names |= {"capacity_week": "Capacité par semaine", "reach": "Clients joignables"}
    return own[["channel", *names]].rename(columns=names)


def trials(firm: SimpleNamespace) -> pd.DataFrame:
    """Return the campaigns drawn by lot: who buys, what the contact adds, what it earns (a voucher used is paid)."""
    lines = {}
    for campaign, rows in _drawn(firm):
        lines[f"{campaign['name']} ({campaign['channel']})"] = {
            "Achètent": rows.loc[rows["group"] == "traité", "bought"].mean(),
            **offers.trial_gain(rows, unit_cost=campaign["unit_cost"]),
        }  # fmt: skip
    table = pd.DataFrame(lines).T.astype(float).rename_axis("Campagne")
    return table.rename(columns={"lift": "Ajoutés", "gain": "Gain par contact"})


def measured_lifts(firm: SimpleNamespace) -> str:
    """Say what each of these contacts added, in share of a year's margin (of the customers not contacted), 95 %."""
    said = []
    for campaign, rows in _drawn(firm):
        found = offers.trial_gain(rows, unit_cost=0.0)
        control = rows[(rows["group"] == "témoin") & (rows["observed_from"] <= firm.sales["date"].max() - YEAR)]
        later = control.merge(firm.sales[["customer_id", "date", "margin"]], on="customer_id", suffixes=("_trial", ""))
        wait = later["date"] - later["observed_from"]
        year = later.loc[(wait >= pd.Timedelta(0)) & (wait < YEAR), "margin"].sum() / len(control)
        bounds = interval(found["low"] / year, found["high"] / year)
        said.append(f"{campaign['name'][0].lower()}{campaign['name'][1:]} {percent(found['gain'] / year)} {bounds}")
    return " ; ".join(said)


def _drawn(firm: SimpleNamespace):
    """Yield each campaign drawn by lot and its customers; the value of a voucher used is taken off the margin."""
    paid = firm.coupons[firm.coupons["redeemed_on"].notna()].groupby("customer_id")["value"].sum()
    for campaign in firm.campaigns.set_index("campaign_id").loc[list(DRAWN_BY_LOT)].reset_index().to_dict("records"):
        rows = firm.targets[firm.targets["campaign_id"] == campaign["campaign_id"]]
        if campaign["campaign_id"] == VOUCHER:
            rows = rows.assign(margin=rows["margin"] - rows["customer_id"].map(paid).fillna(0.0))
        yield campaign, rows


def left_out(firm: SimpleNamespace, account: pd.DataFrame, *, year: int) -> str:
    """Say which costs of a year no sales channel's account carries."""
    fixed = firm.costs.query("role == 'contact' and year == @year")["fixed_cost"].sum()
    sent = firm.contacts.query("direction == 'sortant' and channel != 'visite'")
    sent = sent.loc[sent["date"].dt.year == year, "cost"].sum() + account.loc["Contacts sortants", "Ensemble"]
    tickets = firm.service.loc[firm.service["year"] == year, "ticket_cost"].sum()
    tickets += account.loc["Service après-vente", "Ensemble"]
    return (
        f"Hors de ces comptes : coûts fixes des canaux de contact ({euros(fixed)}), contacts ({euros(sent)}) et "
        f"tickets ({euros(tickets)}) de clients sans achat dans l'année."
    )


def web_shop(account: pd.DataFrame, orders: pd.DataFrame) -> dict[str, float]:
    """Return the web shop's terms, as ``cannibalisation.added_result`` takes them.

    Elsewhere is where its customers would have bought: shops and telephone, at their mean cost of an order.
    """
    handled = -account.loc[["Prise et préparation", "Livraisons"]].sum()
    made = orders.groupby("channel").size()
    others = ["boutique", "téléphone"]
    sales, goods, fixed = account.loc[["Ventes", "Coût des produits", "Coûts fixes du canal"], "web"]
    return {
        "margin": float(sales + goods), "handling": float(handled["web"]), "fixed": float(-fixed),
        "handling_elsewhere": float(made["web"] * handled[others].sum() / made[others].sum()),
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


def touched(firm: SimpleNamespace, reach: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return segment × channel: share of the year's buyers whom the firm contacted, and whom it could, as texts.

    Parameters
    ----------
    reach : DataFrame, segment × channel
        Share that can be touched (see ``policy.reach_by_segment``).
    """
    people = policy.customer_segments(firm.sales, firm.customers, year=year)["segment"]
    sent = firm.contacts[(firm.contacts["direction"] == "sortant") & (firm.contacts["date"].dt.year == year)]
    met = pd.crosstab(sent["customer_id"], sent["channel"]).gt(0).reindex(columns=reach.columns, fill_value=False)
    shares = policy.share_by_segment(met, people).map(whole)
    return shares + " sur " + reach.map(whole)


def repeated_answers(again: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return how often a question asked again gets another answer, by the same channel or not, and the truth.

    ``Questions nouvelles`` counts the pairs that the simulator did not make: two questions on two orders, on the same
    subject within the same days.
    """
    words = {True: "un autre canal", False: "le même canal"}
    table = coherence.rates(again["contradiction"], again["elsewhere"].map(words))
    keys = ["customer_id", "date", "subject"]
    known = pd.MultiIndex.from_frame(truth[keys].assign(date=pd.to_datetime(truth["date"])))
    new = ~pd.MultiIndex.from_frame(again[keys]).isin(known)
    table["Questions nouvelles"] = pd.Series(new, again.index).groupby(again["elsewhere"].map(words)).sum()
    table["Vérité"] = truth.groupby("elsewhere")["contradiction"].mean().rename(words)
    names = {"n": "Questions reposées", "share": "Réponse différente"}
    table = table.rename(columns=names).rename_axis("Reposée par")
    return table[["Questions reposées", "Questions nouvelles", "Réponse différente", "low", "high", "Vérité"]]


def with_causes(credited: pd.DataFrame, added: pd.Series) -> pd.DataFrame:
    """Return what the rules credit each contact channel with, and beside it what it has truly added."""
    return credited.assign(**{"Vraiment ajoutées": added.reindex(credited.index).fillna(0)})


def team(load: pd.DataFrame) -> pd.DataFrame:
    """Return the workload of a team of sellers."""
    names = {"visits": "Visites par an", "hours": "Heures par visite", "load": "Heures par an"}
    names |= {"fte": "Équivalents temps plein"}
    return load[["customers", *names]].rename(columns=names)


def parity(firm: SimpleNamespace, *, year: int, tolerance: float) -> tuple[pd.DataFrame, str]:
    """Return prices and assortment beside the shop's, and the prices to check, farthest first, as a sentence."""
    summary, odd = coherence.price_parity(firm.prices, reference="boutique", year=year, tolerance=tolerance)
    summary["Produits vendus"] = coherence.assortment(firm.lines, firm.sales, year=year)
    names = {"products": "Produits", "median_gap": "Écart habituel", "outside": "Hors ligne", "dearer": "Plus chers"}
    odd = odd.merge(firm.products[["product_id", "name"]], on="product_id")
    said = [
        f"{row.name} ({row.channel}, {percent(row.gap)})"
        for row in odd.head(5)[["name", "channel", "gap"]].itertuples(index=False)
    ]
    return summary.rename(columns=names), f"À vérifier d'abord : {', '.join(said)}." if said else ""


def delays(log: pd.DataFrame, *, end) -> pd.DataFrame:
    """Return how long the other channels do not see an update, and the conflicts."""
    names = {"updates": "Modifications", "share": "Part contredite"}
    table = coherence.synchronisation(log, end=end).rename(columns=names)
    return table[["Modifications", "median_days", "late_days", "Part contredite", "low", "high"]]


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


def nearest(tried: dict[str, pd.DataFrame], truths: list[float]) -> str:
    """Say which design is nearest to the truth, in the worlds drawn here, then on average in the stored ones.

    Parameters
    ----------
    tried : dict of str to DataFrame
        For each world, the estimates of ``multichannel.designs``.
    truths : list of float
        Their true effects, among those of the stored table.
    """
    stored, here, mean = worlds.read_recovery(), [], []
    for truth, found in zip(truths, tried.values(), strict=True):
        world = f"avec un effet de {percent(truth, 0)}" if truth else "sans effet"
        gaps = (found["estimate"] - truth).abs()
        here.append(f"{world}, « {gaps.idxmin()} » (à {_points(gaps.min())})")
        known = stored[(stored["truth"] == truth) & stored["design"].isin(found.index)].set_index("design")["bias"]
        best = known.abs().idxmin()
        mean.append(f"{world}, « {best} » (biais de {_points(known[best])})")
    return (
        f"Le plus près de la vérité, dans ce tirage : {' ; '.join(here)}. En moyenne sur "
        f"{number(stored['worlds'].max())} tirages : {' ; '.join(mean)}."
    )


def _points(share: float) -> str:
    return f"{number(100 * share, 1)}\u202fpoint{'s' if abs(round(100 * share, 1)) >= 2 else ''}"


def arrows(moves: pd.DataFrame) -> str:
    """Say whether the arrows that change channel differ more than by chance (chi-square, 5 %; see ``transitions``)."""
    from scipy.stats import chi2_contingency

    changed = moves[moves["previous"] != moves["channel"]]
    p_value = chi2_contingency([changed["hits"], changed["n"] - changed["hits"]]).pvalue
    said = "diffèrent plus que le hasard ne l'explique" if p_value < 0.05 else "ne diffèrent pas plus que par hasard"
    return f"les {number(len(changed))} flèches qui changent de canal {said}"


def recovery() -> pd.DataFrame:
    """Return the stored table of recovery, one row a design: bias and coverage in each of the two kinds of worlds."""
    stored = worlds.read_recovery()
    table = pd.DataFrame(index=pd.Index(stored["design"].unique(), name="design"))
    for effect, rows in stored.groupby("truth"):
        world = f"effet de {percent(effect, 0)}" if effect else "sans effet"
        rows = rows.set_index("design")
        table[f"Biais, {world}"], table[f"Couverture, {world}"] = rows["bias"], rows["coverage"]
    return table

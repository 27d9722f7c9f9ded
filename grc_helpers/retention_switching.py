"""Brands that exchange customers: switching, shares in the long run, and what a market share is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

# How the brands of the two panels are called.
NAMES = {
    "heinz32": "Heinz 32 oz",
    "heinz28": "Heinz 28 oz",
    "heinz41": "Heinz 41 oz",
    "hunts32": "Hunt's 32 oz",
    "nabisco": "Nabisco",
    "private": "MDD",
    "sunshine": "Sunshine",
    "kleebler": "Keebler",
}


def switching_counts(panel: pd.DataFrame, *, household: str = "id", brand: str = "choice") -> tuple[np.ndarray, list]:
    """Count each household's passages from a brand to the next one bought.

    Parameters
    ----------
    panel : DataFrame
        One row a purchase, in the order of each household's purchases.

    Returns
    -------
    counts : array, (households, brands, brands)
        From the brand of the row to that of the column.
    brands : list of str
        Largest share of purchases first.
    """
    brands = panel[brand].value_counts().index.tolist()
    codes = panel[brand].map({name: place for place, name in enumerate(brands)}).to_numpy()
    homes, names = pd.factorize(panel[household])
    same = homes[1:] == homes[:-1]
    if not same.any():
        raise GrcError("Aucun foyer n'achète deux fois de suite : aucun passage ne peut être compté.")
    counts = np.zeros((len(names), len(brands), len(brands)))
    np.add.at(counts, (homes[1:][same], codes[:-1][same], codes[1:][same]), 1)
    return counts, brands


def switching_rates(counts: np.ndarray) -> np.ndarray:
    """Return the share of passages from each brand to each brand, from counts summed over households (or a stack)."""
    return counts / counts.sum(axis=-1, keepdims=True)


def steady_shares(rates: np.ndarray) -> np.ndarray:
    """Return the shares that switching leaves unchanged: π = π P, Σ π = 1 (stacks of matrices are taken).

    Raises
    ------
    GrcError
        Rows that do not add to 1, or brands between which nobody passes: the shares are then not determined.
    """
    rates = np.asarray(rates, dtype=float)
    if not np.allclose(rates.sum(axis=-1), 1, rtol=0, atol=1e-9) or (rates < 0).any():
        raise GrcError("Chaque ligne de la matrice doit réunir des parts dont la somme fait 1.")
    size = rates.shape[-1]
    system = np.swapaxes(rates, -1, -2) - np.eye(size)
    system[..., -1, :] = 1.0
    if (np.abs(np.linalg.det(system)) < 1e-12).any():
        raise GrcError(
            "Les parts de long terme ne sont pas déterminées : des marques n'échangent aucun client.",
            todo="retirez les marques isolées",
        )
    return np.linalg.solve(system, np.eye(size)[-1][:, None])[..., 0]


def bootstrap_counts(counts: np.ndarray, *, n_boot: int, seed: int) -> np.ndarray:
    """Draw households with replacement, and return their summed counts: array (n_boot, brands, brands)."""
    rng, homes = np.random.default_rng(seed), len(counts)
    drawn = rng.multinomial(homes, np.full(homes, 1 / homes), size=n_boot)
    return np.tensordot(drawn, counts, axes=1)


def loyalty_excess(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each brand's repeat rate, and by how much it exceeds that of an ordinary brand of its size.

    Ordinary: households keep their own probabilities of buying each brand, Dirichlet with one S for all brands
    (Goodhardt, Ehrenberg & Chatfield 1984, *JRSS A* 147(5)): a brand of share p is bought again with probability
    (S·p + 1)/(S + 1). S is such that the repeat rate of all brands together is the observed one.

    Parameters
    ----------
    counts : array, (…, brands, brands)
        Summed over households.
    """
    total = counts.sum(axis=(-1, -2), keepdims=True)
    share = counts / total
    first, second, both = share.sum(axis=-1), share.sum(axis=-2), np.diagonal(share, axis1=-2, axis2=-1)
    chance = (first * second).sum(axis=-1, keepdims=True)
    kept = both.sum(axis=-1, keepdims=True)
    s = (1 - kept) / (kept - chance)
    repeat = both / first
    return repeat, repeat - (s * second + 1) / (s + 1)


def equilibrium(panel: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return what each brand of a panel has, would have in the long run, and keeps, with 95 % intervals (households).

    Returns
    -------
    DataFrame, one row a brand
        ``share`` (of purchases); ``steady``, ``steady_low``, ``steady_high`` (long-run share); ``kept`` (share of its
        purchases followed by another of it); ``excess``, ``excess_low``, ``excess_high`` (see :func:`loyalty_excess`).
    """
    counts, brands = switching_counts(panel)
    summed, drawn = counts.sum(axis=0), bootstrap_counts(counts, n_boot=n_boot, seed=seed)
    kept, excess = loyalty_excess(summed)
    table = pd.DataFrame({"share": panel["choice"].value_counts(normalize=True)[brands]})
    for name, value, draws in (
        ("steady", steady_shares(switching_rates(summed)), steady_shares(switching_rates(drawn))),
        ("excess", excess, loyalty_excess(drawn)[1]),
    ):
        table[name] = value
        table[f"{name}_low"], table[f"{name}_high"] = np.quantile(draws, [0.025, 0.975], axis=0)
    table.insert(4, "kept", kept)
    return table.rename_axis("brand")


def rival_keeps(rates: np.ndarray, rival: int, retention: float) -> np.ndarray:
    """Return the matrix when a brand keeps another share of its customers; its leavers go where they went before."""
    changed = np.array(rates, dtype=float)
    leaving = 1 - changed[rival, rival]
    if leaving <= 0 or not 0 <= retention < 1:
        raise GrcError("La rétention du concurrent doit être inférieure à 1, et il doit perdre des clients.")
    changed[rival] *= (1 - retention) / leaving
    changed[rival, rival] = retention
    return changed


def rival_scenarios(rates: np.ndarray, brands: list[str], *, rival: str, retentions) -> pd.DataFrame:
    """Return every brand's long-run share, and how many customers the rival lets go, by the rival's retention.

    Returns
    -------
    DataFrame, one row a retention
        ``retention``; a column a brand (long-run share); ``released`` (of 100 purchases of the whole market at the
        shares of the first row, those of the rival's customers that go elsewhere next) and ``contacts`` (contacts per
        customer won from it, 1 when the rival is as in the first row).
    """
    place, rows = brands.index(rival), []
    share = steady_shares(rates)[place]
    for retention in retentions:
        shares = steady_shares(rival_keeps(rates, place, retention))
        rows.append([retention, *shares, 100 * share * (1 - retention)])
    table = pd.DataFrame(rows, columns=["retention", *brands, "released"])
    return table.assign(contacts=table["released"].iloc[0] / table["released"])


def parfitt_collins(panel: pd.DataFrame, *, household: str = "id", brand: str = "choice") -> pd.DataFrame:
    """Split each brand's share into penetration × repeat rate × buying index.

    Penetration: households of the panel who bought it. Repeat rate: its share of the category purchases of its buyers.
    Index: purchases of the category by its buyers, over those of the average household. The product is the share of
    purchases exactly.

    Returns
    -------
    DataFrame, one row a brand
        ``penetration``, ``repeat_rate``, ``buying_index``, ``share``.

    References
    ----------
    Parfitt, J. H. & Collins, B. J. K. (1968). Use of consumer panels for brand-share prediction. *Journal of Marketing
    Research* 5(2), 131-145 (with the first purchase of a new brand as the start; here, a market at rest).
    """
    bought = panel.groupby([household, brand], observed=True).size().unstack(fill_value=0)
    buyers, everything = bought > 0, bought.sum(axis=1)
    category = pd.Series({name: everything[buyers[name]].sum() for name in bought})
    table = pd.DataFrame({"penetration": buyers.mean(), "repeat_rate": bought.sum() / category})
    table["buying_index"] = (category / buyers.sum()) / everything.mean()
    table["share"] = bought.sum() / everything.sum()
    return table.sort_values("share", ascending=False).rename_axis("brand")


def double_jeopardy(purchases: pd.DataFrame, *, household: str, brand: str, population: int, top: int) -> pd.DataFrame:
    """Return penetration and purchases per buyer of the largest brands, and the line on which ordinary brands lie.

    Small brands are hit twice: fewer buyers, who buy it less often. With independent purchases w·(1 − b) = w₀ for all
    brands (Ehrenberg, Goodhardt & Barwise 1990, *Journal of Marketing* 54(3)); w₀ is the mean weighted by buyers.

    Parameters
    ----------
    purchases : DataFrame
        One row a purchase occasion of a brand by a household.
    population : int
        Households who bought the category.
    top : int
        How many brands, by number of purchases.

    Returns
    -------
    DataFrame, one row a brand, largest penetration first
        ``penetration``, ``frequency``, ``expected`` (w₀ / (1 − b)), ``purchases``.
    """
    grouped = purchases.groupby(brand, observed=True)[household]
    table = pd.DataFrame({"buyers": grouped.nunique(), "purchases": grouped.size()})
    table = table.nlargest(top, "purchases")
    table["penetration"] = table["buyers"] / population
    table["frequency"] = table["purchases"] / table["buyers"]
    free = 1 - table["penetration"]
    level = np.average(table["frequency"] * free, weights=table["buyers"])
    table["expected"] = np.where(free > 0, level / free.where(free > 0, 1), np.nan)
    order = ["penetration", "frequency", "expected", "purchases"]
    return table.sort_values("penetration", ascending=False)[order].rename_axis("brand")


def duplication(purchases: pd.DataFrame, *, household: str, brand: str, brands, population: int) -> pd.DataFrame:
    """Return, of the buyers of the row's brand, the share who also bought that of the column (NaN on the diagonal).

    References
    ----------
    Goodhardt, G. J. (1966); Ehrenberg (1972), *Repeat-Buying*: about D × the penetration of the column, one D for all.
    """
    bought = pd.crosstab(purchases[household], purchases[brand])[list(brands)] > 0
    both = bought.T.astype(int) @ bought.astype(int)
    share = both.div(np.diag(both), axis=0)
    share = share.mask(np.eye(len(brands), dtype=bool))
    share.loc["D"] = share.mean() / (bought.sum() / population)
    return share.rename_axis(brand).rename_axis(None, axis=1)


def category_purchases(transactions, products: pd.DataFrame, *, category: str) -> pd.DataFrame:
    """Return the occasions (household, basket, manufacturer) on which a category was bought.

    Parameters
    ----------
    transactions : ibis.Table
        ``customer_id``, ``order_id``, ``product_id``.
    products : DataFrame
        ``product_id``, ``product_category``, ``manufacturer_id``, ``brand`` (National or Private).
    """
    chosen = products.loc[products["product_category"] == category, ["product_id", "manufacturer_id", "brand"]]
    lines = transactions.filter(transactions.product_id.isin(chosen["product_id"].tolist()))
    lines = lines.select("customer_id", "order_id", "product_id").distinct().execute().merge(chosen)
    private = lines["brand"] == "Private"
    lines["maker"] = np.where(private, "MDD", "n° " + lines["manufacturer_id"])
    columns = ["customer_id", "order_id", "maker"]
    return lines[columns].drop_duplicates().sort_values(columns, ignore_index=True)


def jeopardy_by_category(
    transactions, products: pd.DataFrame, *, at_least: int, categories: int = 15, buyers: int = 30
) -> pd.Series:
    """Return, for the largest categories, the rank correlation between penetration and purchases per buyer.

    Parameters
    ----------
    transactions, products
        As in :func:`category_purchases`.
    at_least : int
        Makers that a category must have.
    categories : int
        How many categories, by lines sold, before those with too few makers are left out.
    buyers : int
        Households that a maker must have.

    Returns
    -------
    Series
        By category.
    """
    import ibis

    lines = transactions.select("customer_id", "order_id", "product_id")
    sold = lines.group_by("product_id").agg(sold=lines.count()).execute()
    goods = products.merge(sold).dropna(subset=["product_category", "manufacturer_id"])
    goods = goods[
        goods["product_category"].isin(goods.groupby("product_category")["sold"].sum().nlargest(categories).index)
    ]
    goods["maker"] = goods["manufacturer_id"].where(goods["brand"] != "Private", "MDD")
    chosen = ibis.memtable(goods[["product_id", "product_category", "maker"]])
    bought = lines.inner_join(chosen, "product_id").drop("product_id").distinct()
    sums = bought.group_by(["product_category", "maker"])
    table = sums.agg(buyers=bought.customer_id.nunique(), purchases=bought.count()).execute()
    table = table[table["buyers"] >= buyers]
    table["frequency"] = table["purchases"] / table["buyers"]
    groups = {name: part for name, part in table.groupby("product_category") if len(part) >= at_least}
    ties = {name: part["buyers"].corr(part["frequency"], method="spearman") for name, part in groups.items()}
    return pd.Series(ties).sort_index()

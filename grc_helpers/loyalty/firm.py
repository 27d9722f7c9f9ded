"""The tables of the simulated firm that this chapter reads, and what only the simulator knows."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from grc_helpers.data.cards import read_card
from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.loyalty.chain import order_margins
from grc_helpers.loyalty.questions import gather, scale_scores

TABLES = {
    "answers": "enquete_satisfaction", "sent": "enquete_envois", "wallet": "enquete_part_client",
    "benefits": "enquete_avantages", "sales": "ventes", "lines": "lignes", "products": "produits",
    "clients": "clients", "costs": "couts_service",
    "tickets": "tickets", "contacts": "contacts", "contracts": "contrats", "portfolios": "portefeuilles",
    "prospects": "prospects", "coupons": "coupons",
}  # fmt: skip
TRUTH = {
    "asked": "enquete",
    "nature": "clients",
    "incidents": "incidents",
    "lost": "departs",
    "origins": "ventes",
    "settings": "effets",
}
RENAMED = {"recommend": "recommendation"}


class Firm:
    """Tables read when they are asked for: ``firm["tickets"]``; ``firm.setting("loss_delay")`` gives a setting.

    Parameters
    ----------
    name : str
        A simulated firm of the course.
    """

    def __init__(self, name: str = "cafes_merle"):
        self.name, self._read = name, {}

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table not in self._read:
            hidden = table in TRUTH
            self._read[table] = (
                read_truth(self.name, TRUTH[table]) if hidden else read_table(self.name, f"{TABLES[table]}.parquet")
            )
        return self._read[table]

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Each order with its gross margin (``chain.order_margins``)."""
        return order_margins(self["sales"], self["lines"])

    @cached_property
    def own_sales(self) -> pd.DataFrame:
        """The sales that no campaign caused (known to the simulator)."""
        own = self["origins"].loc[self["origins"]["origin"] == "base", "order_id"]
        return self["sales"][self["sales"]["order_id"].isin(own)]

    @property
    def nature(self) -> pd.DataFrame:
        """The true traits of each customer, by ``customer_id``."""
        return self["nature"].set_index("customer_id")

    def survey_marks(self) -> pd.DataFrame:
        """Return the marks of the satisfaction survey, out of 10, one column a scale, in the order of ``answers``."""
        scales = {RENAMED.get(name, name): tuple(scale) for name, scale in read_card(self.name).survey.scales.items()}
        return scale_scores(self["answers"].rename(columns=RENAMED), gather(scales))

    def setting(self, name: str) -> float:
        """Return a setting of the simulator."""
        return float(self["settings"].set_index("name").loc[name, "value"])

    def last_year_sales(self, end) -> pd.Series:
        """Return what each customer bought in the last 365 days."""
        recent = self["sales"][self["sales"]["date"] > pd.Timestamp(end) - pd.Timedelta(days=365)]
        return recent.groupby("customer_id")["amount"].sum()

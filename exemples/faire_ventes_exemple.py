"""Make ``ventes_exemple.csv``: the sales of a shop that does not exist, as a French till or shop software exports them.

Everything is drawn by chance from a seed (NumPy only): 700 customers who come at rates of their own and leave one day,
baskets around 45 €, some returns, some free samples. Run: ``python exemples/faire_ventes_exemple.py``.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np

SEED = 2026
START, DAYS = date(2024, 1, 1), 546
CUSTOMERS = 700
SHOPS = ("Lyon", "Nantes", "En ligne")
TITLE = "Boutique imaginaire « La Criée aux thés » : données fictives, tirées au hasard pour ce cahier"
NAMES = "N° client;Date;N° commande;Magasin;Montant TTC"


def sales(rng: np.random.Generator) -> list[tuple[int, int, int, int]]:
    """Return (day, customer, shop, cents) for each line, in the order of the days."""
    arrival = rng.integers(0, 300, size=CUSTOMERS)
    rate = rng.gamma(0.7, 1 / 70, size=CUSTOMERS)  # purchases a day
    life = rng.exponential(900, size=CUSTOMERS)
    basket = np.exp(rng.normal(3.7, 0.45, size=CUSTOMERS))
    shop = rng.choice(len(SHOPS), size=CUSTOMERS, p=(0.4, 0.25, 0.35))
    lines = []
    for customer in range(CUSTOMERS):
        end = min(DAYS, int(arrival[customer] + life[customer]))
        repeats = rng.poisson(rate[customer] * max(end - arrival[customer], 0))
        days = [arrival[customer], *rng.integers(arrival[customer], max(end, arrival[customer] + 1), size=repeats)]
        for day in days:
            cents = int(round(100 * basket[customer] * np.exp(rng.normal(0, 0.5)) / 5) * 5)
            lines.append((int(day), customer, int(shop[customer]), cents))
            luck = rng.random()
            if luck < 0.03:  # part of it comes back: on the spot for a third, else within two weeks
                later = int(day) + (0 if luck < 0.01 else int(rng.integers(1, 15)))
                lines.append((min(later, DAYS - 1), customer, int(shop[customer]), -cents))
            elif luck < 0.035:  # a free sample
                lines.append((int(day), customer, int(shop[customer]), 0))
    return sorted(lines, key=lambda line: line[:2])


def french(cents: int) -> str:
    """Write an amount as French software does: « 1 234,50 »."""
    return f"{cents // 100:,}".replace(",", "\u202f") + f",{cents % 100:02d}" if cents >= 0 else "-" + french(-cents)


def text() -> str:
    """Return the whole file."""
    rows = sales(np.random.default_rng(SEED))
    lines = [TITLE, "", NAMES]
    for number, (day, customer, shop, cents) in enumerate(rows, start=1):
        when = START + timedelta(days=day)
        lines.append(f"{customer * 7 + 13:05d};{when:%d/%m/%Y};C{number:06d};{SHOPS[shop]};{french(cents)}")
    lines.append(f"Total;;;;{french(sum(row[3] for row in rows))}")
    return "\r\n".join(lines) + "\r\n"


if __name__ == "__main__":
    Path(__file__).with_name("ventes_exemple.csv").write_bytes(text().encode("utf-8-sig"))

"""Recovery of the effect of a second channel, and of what a web shop displaces (``--write`` stores the table).

Sixty simulated firms of 5 000 customers for each true effect (0 and +10 % on the frequency of purchase of those who
add a channel); two minutes of one processor.
"""

import sys

import pandas as pd

from grc_helpers.channels.cannibalisation import displacement, true_rate
from grc_helpers.channels.multichannel import adoption_panel, designs, matched_differences
from grc_helpers.channels.worlds import TABLE, draw_world

WORLDS, EFFECTS = 60, (0.0, 0.1)
OPENED, QUARTERS = ("Angers centre", "agglomération"), ("2024Q2", "2024Q3", "2024Q4")
SEASONS = {"before": ("2023-03-04", "2024-01-05"), "after": ("2024-03-04", "2025-01-05")}
DISPLACED = "Ventes déplacées (double différence)"
WITHOUT_MOVERS = "La même, sans qui déménage vers le site"


def estimates(effect: float, seed: int) -> list[dict]:
    """Return what every design finds in one world, and the truth."""
    sales, customers, truth = draw_world(effect, seed=seed)
    panel = adoption_panel(sales, customers, days=182)
    moved = panel["adopter"] & panel["customer_id"].isin(customers.loc[customers["moves"], "customer_id"])
    stay = {"design": WITHOUT_MOVERS, "truth": effect, "value": effect} | matched_differences(panel[~moved])
    found = (
        designs(sales, customers, start="2025-01-01", end="2025-12-31").reset_index().assign(truth=effect, value=effect)
    )
    people = sales.merge(
        customers[customers["kind"].eq("particulier") & customers["zone"].ne("France")], on="customer_id"
    )
    rate = displacement(people.assign(opened=people["zone"].isin(OPENED)), **SEASONS, n_boot=300, seed=seed)
    line = {"design": DISPLACED, "truth": effect, "value": true_rate(truth, zones=OPENED, quarters=QUARTERS)}
    line |= {"estimate": rate["rate"], "low": rate["rate_low"], "high": rate["rate_high"]}
    return [*found.to_dict("records"), stay, line]


def recovery(worlds: int = WORLDS) -> pd.DataFrame:
    """Return the table that the notebook shows (columns: see ``worlds.read_recovery``)."""
    rows = pd.DataFrame([row for effect in EFFECTS for seed in range(1, worlds + 1) for row in estimates(effect, seed)])
    rows["error"] = rows["estimate"] - rows["value"]
    rows["covers"] = rows["value"].between(rows["low"], rows["high"])
    groups = rows.groupby(["design", "truth"], sort=False)
    table = groups.agg(
        worlds=("error", "size"), value=("value", "mean"), mean=("estimate", "mean"), bias=("error", "mean"),
        spread=("estimate", "std"), coverage=("covers", "mean"),
    )  # fmt: skip
    return table.round(4).reset_index()


if __name__ == "__main__":
    found = recovery()
    if "--write" in sys.argv:
        head = f"# python -m benchmarks.channels --write ; {WORLDS} worlds of 5 000 customers, seeds 1 to {WORLDS}\n"
        TABLE.write_text(head + found.to_csv(index=False), encoding="utf-8")
    print(found.to_string())

"""Exit barriers: what the law says of tacit renewal, whom a penalty holds, and whether they stay by choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.data.simulator import contracts as simulated
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.data.warehouse import collect, customer_base
from grc_helpers.retention import contract_lives
from grc_helpers.style import typeset

QUARTER = simulated.QUARTER  # days between two renewals of the simulated firm

# French law on leaving a contract: date, text, what it does. To be checked on Légifrance before it is relied on.
LAW = (
    (
        "28 janvier 2005",
        "Loi n° 2005-67, dite Chatel (aujourd'hui art. L. 215-1 du code de la consommation)",
        "Avant une reconduction tacite, le professionnel écrit au consommateur qu'il peut la refuser : trois mois au "
        "plus tôt, un mois au plus tard avant la date limite. Sinon, le client part quand il veut, sans frais, dès la "
        "reconduction.",
    ),
    (
        "3 janvier 2008",
        "Loi n° 2008-3",
        "La règle s'étend aux non-professionnels. Téléphonie et internet : pas plus de 24 mois d'engagement.",
    ),
    (
        "17 mars 2014",
        "Loi n° 2014-344, dite Hamon",
        "Assurances auto et habitation des particuliers : résiliables à tout moment après un an.",
    ),
    (
        "16 août 2022",
        "Loi n° 2022-1158, art. 15 (art. L. 215-1-1)",
        "Un contrat que l'on peut conclure en ligne doit pouvoir être résilié en ligne, gratuitement : « en trois "
        "clics ».",
    ),
    (
        "31 mai 2023",
        "Décret n° 2023-417, en vigueur le 1er juin 2023",
        "La fonction est d'accès facile, direct et permanent ; elle s'appelle « résilier votre contrat », ou "
        "l'équivalent.",
    ),
)
EARLIEST, LATEST = 3, 1  # months before the limit
STATES = ("trop tôt", "fenêtre ouverte", "trop tard")


def law_table() -> pd.DataFrame:
    """Return the dated sources (columns « Date », « Texte », « Ce qu'il fait »)."""
    return pd.DataFrame(LAW, columns=["Date", "Texte", "Ce qu'il fait"]).map(typeset)


def notice_windows(lives: pd.DataFrame, *, today: date, period_days: int) -> pd.DataFrame:
    """Return, for each running contract, when its holder must be told that they may refuse the next renewal.

    The limit is taken to be the renewal date: a contract that asks for notice has an earlier one.

    Parameters
    ----------
    lives : DataFrame
        What ``retention.contract_lives`` returns.
    today : date
        The last day observed.
    period_days : int
        Days between two renewals.

    Returns
    -------
    DataFrame, one row a running contract
        ``customer_id``, ``renewal``, ``opens``, ``closes`` (dates), ``state`` : "trop tôt" (before the window),
        "fenêtre ouverte", "trop tard" (less than a month left: without a letter, the customer may leave at any time).
    """
    running, now = lives[~lives["left"]], pd.Timestamp(today)
    made = (now - running["start_date"]).dt.days // period_days + 1
    renewal = running["start_date"] + pd.to_timedelta(made * period_days, unit="D")
    opens, closes = (renewal - pd.DateOffset(months=months) for months in (EARLIEST, LATEST))
    state = np.select([now < opens, now <= closes], STATES[:2], STATES[2])
    return pd.DataFrame(
        {"customer_id": running["customer_id"], "renewal": renewal, "opens": opens, "closes": closes, "state": state}
    ).reset_index(drop=True)


@dataclass(frozen=True)
class SimulatedContracts:
    """The simulated firm's contracts (``lives``), its customer table (``buyers``), and what only the simulator knows.

    ``gone`` (bool) and ``theta`` (chance of leaving at a renewal), by customer; ``effect`` of the penalty;
    ``beta_law``: the (α, β) from which θ is drawn.
    """

    lives: pd.DataFrame
    buyers: pd.DataFrame
    gone: pd.Series
    theta: pd.Series
    effect: float
    beta_law: tuple[float, float]

    def survival(self, lives: pd.DataFrame | None, *, periods: int) -> np.ndarray:
        """Return the true shares of :func:`true_survival` for these contracts (None: for everyone, no penalty)."""
        theta = self.theta if lives is None else self.theta[lives["customer_id"]]
        penalty = np.zeros(len(theta)) if lives is None else lives["penalty"]
        return true_survival(theta, penalty, effect=self.effect, held=simulated.PENALTY_QUARTERS, periods=periods)


def simulated_contracts(contracts, sales) -> SimulatedContracts:
    """Return the simulated firm's contracts and their truth, from its two course data sets."""
    truth = read_truth("cafes_merle", "clients").set_index("customer_id")
    settings = read_truth("cafes_merle", "effets").set_index("name")["value"]
    first, last = contracts.observation_start, contracts.observation_end
    return SimulatedContracts(
        lives=contract_lives(collect(contracts.table), start=first, end=last),
        buyers=collect(customer_base(sales.table, observation_end=sales.observation_end)),
        gone=pd.to_datetime(truth["lifetime_end"]) <= pd.Timestamp(sales.observation_end),
        theta=truth["theta"],
        effect=float(settings["penalty_effect"]),
        beta_law=(float(settings["contract_alpha"]), float(settings["contract_beta"])),
    )


def true_survival(theta, penalty, *, effect: float, held: int, periods: int) -> np.ndarray:
    """Return the share of simulated contracts that should survive each renewal date, 0 to ``periods``.

    A customer leaves at a renewal with probability θ, (1 − effect)·θ at the first ``held`` ones under a penalty.
    """
    theta, penalty = np.asarray(theta, dtype=float), np.asarray(penalty, dtype=bool)
    kept, shares = np.ones(len(theta)), [1.0]
    for renewal in range(1, periods + 1):
        kept = kept * (1 - theta * np.where(penalty & (renewal <= held), 1 - effect, 1.0))
        shares.append(kept.mean())
    return np.array(shares)


def risk_at_release(theta, *, effect: float, held: int) -> tuple[float, float]:
    """Return the true risk, at the first free renewal, of the customers left: with a penalty before it, without."""
    everyone = np.ones(len(theta), dtype=bool)
    kept, free = (
        true_survival(theta, everyone & flag, effect=effect, held=held, periods=held + 1) for flag in (True, False)
    )
    return 1 - kept[-1] / kept[-2], 1 - free[-1] / free[-2]


def loyalty_kinds(held, satisfied) -> pd.DataFrame:
    """Cross who is held with who is satisfied, and name the four kinds of loyalty.

    Parameters
    ----------
    held, satisfied : sequences of bool
        One value a customer who is still there.

    Returns
    -------
    DataFrame, one row a kind
        ``customers``, ``share``.
    """
    held, satisfied = np.asarray(held, dtype=bool), np.asarray(satisfied, dtype=bool)
    kinds = {
        "Choisie (libre, satisfait)": ~held & satisfied,
        "Choisie et tenue (tenu, satisfait)": held & satisfied,
        "Contrainte (tenu, insatisfait)": held & ~satisfied,
        "En sursis (libre, insatisfait)": ~held & ~satisfied,
    }
    table = pd.DataFrame({"customers": {name: int(mask.sum()) for name, mask in kinds.items()}})
    return table.assign(share=table["customers"] / max(len(held), 1)).rename_axis("kind_of_loyalty")


def held_and_satisfied(lives: pd.DataFrame, answers: pd.DataFrame, *, held_days: int) -> pd.DataFrame:
    """Return the running contracts whose holder answered a survey: held by the penalty or not, satisfied or not.

    Parameters
    ----------
    lives : DataFrame
        With ``penalty`` (bool).
    answers : DataFrame
        ``customer_id``, ``date``, ``recommend`` (0 to 10); each customer's last answer counts. Satisfied: 7 or more.
    held_days : int
        How long the penalty lasts.
    """
    last = answers.sort_values("date").groupby("customer_id").tail(1)
    seen = lives[~lives["left"]].merge(last[["customer_id", "recommend"]], on="customer_id")
    seen = seen[seen["recommend"].notna()]
    return seen.assign(held=seen["penalty"] & (seen["days"] < held_days), satisfied=seen["recommend"] >= 7)

"""What customers look for, by need, and how they see four brands.

Grades (1 to 7) follow the profile of the customer's need, plus a personal style (some grade high everywhere), plus
chance: the style must be taken out before groups are looked for. Citations of brands follow a logit: awareness of the
brand, weight of the attribute, association of the two; counts show awareness first, a correspondence analysis shows
the association.
"""

import numpy as np
import pandas as pd
from scipy.special import expit

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.events import DAY, in_window
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

SURVEYED = pd.Timestamp("2025-09-15")
BENEFITS = ("taste", "origin", "price", "offers", "closeness", "ease", "fairness", "packaging")
PROFILES = pd.DataFrame(  # mean grade of each benefit, by need
    {
        "goût": (6.2, 5.5, 3.4, 2.8, 3.8, 3.0, 4.2, 3.2),
        "prix": (4.2, 2.8, 6.2, 5.8, 4.4, 4.0, 2.8, 2.6),
        "praticité": (4.4, 2.8, 4.2, 3.8, 5.6, 6.2, 3.0, 4.8),
        "éthique": (4.8, 5.6, 3.6, 2.6, 4.2, 3.2, 6.3, 5.0),
    },
    index=BENEFITS,
).T
BRANDS = {"Cafés Merle": 0.4, "Brûlerie Fauvel": -0.7, "Dosette Express": -0.3, "Cabas Malin": -0.1}  # awareness
IMAGE = {"arôme": -0.3, "origines": -0.7, "prix": -0.4, "promotions": -0.6, "praticité": -0.4, "modernité": -0.9,
         "éthique": -1.0, "conseil": -0.6}  # fmt: skip
ASSOCIATION = np.array(  # attribute × brand; rows and columns add up to 0
    [
        [0.9, 0.5, -0.9, -0.5],
        [0.8, 0.7, -0.9, -0.6],
        [-0.9, -0.5, 0.1, 1.3],
        [-0.8, -0.6, 0.2, 1.2],
        [-0.8, -0.7, 1.2, 0.3],
        [-0.7, -0.4, 1.3, -0.2],
        [0.6, 0.6, -0.6, -0.6],
        [0.9, 0.4, -0.4, -0.9],
    ]
)


def make_benefits(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Ask customers of the last twelve months what they look for, and which brands each attribute makes them think of.

    Returns
    -------
    dict of pandas.DataFrame
        enquete_avantages (customer_id, date, a grade for each of `BENEFITS`), image_marque (customer_id, attribute,
        brand: one row a citation), verite/avantages (customer_id, need), verite/image (attribute, brand,
        association).
    """
    rng = stream(config.seed, "enquete_avantages", block_of(population))
    recent, _ = in_window(orders, len(population), SURVEYED - 365 * DAY, SURVEYED)
    people = population[(recent > 0) & (rng.random(len(population)) < config.benefit_respondents)]
    size = len(people)
    style = config.benefit_style * rng.standard_normal(size)
    mean = PROFILES.loc[people["need"]].to_numpy() + style[:, None]
    grades = np.clip(np.round(mean + config.benefit_spread * rng.standard_normal(mean.shape)), 1, 7).astype("int8")
    answers = pd.DataFrame(grades, columns=list(BENEFITS))
    ids = people["customer_id"].to_numpy()
    answers.insert(0, "customer_id", ids)
    answers.insert(1, "date", np.full(size, SURVEYED.to_datetime64(), dtype="datetime64[s]"))

    talkative = 0.5 * config.benefit_style * rng.standard_normal(size)
    logit = np.array(list(IMAGE.values()))[:, None] + np.array(list(BRANDS.values()))[None, :] + ASSOCIATION
    who, attribute, brand = np.nonzero(rng.random((size, *logit.shape)) < expit(logit + talkative[:, None, None]))
    attributes, brands = (np.array(list(names), dtype=object) for names in (IMAGE, BRANDS))
    return {
        "enquete_avantages": answers,
        "image_marque": pd.DataFrame(
            {"customer_id": ids[who], "attribute": attributes[attribute], "brand": brands[brand]}
        ),
        "verite/avantages": people[["customer_id", "need"]].reset_index(drop=True),
        "verite/image": pd.DataFrame(
            {
                "attribute": np.repeat(attributes, len(brands)),
                "brand": np.tile(brands, len(attributes)),
                "association": ASSOCIATION.ravel(),
            }
        ),
    }

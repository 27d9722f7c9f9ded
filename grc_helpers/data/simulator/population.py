"""The true customers: what the firm can see of them, and what only the truth knows.

The LATENT frame, one row per customer of a block (never written, except in verite/):

==========================  =====================================================================================
customer_id                 "M0000001"
kind                        particulier | bureau
birth_year, sex             individuals only (Int16; F | M | None)
distance_km, zone           Angers centre (≤ 3 km) | agglomération (≤ 12) | Maine-et-Loire (≤ 60) | France
household_size              individuals only (Int8)
preferred_channel           boutique | web | téléphone | commercial; web customers go elsewhere until the web opens
second_channel              channel added one day; second_channel_from: when (NaT: never); observed at its first order
shop                        shop of a customer who buys in a shop: Ralliement | Saint-Serge
web_open_from               day when the web shop delivers in the zone (Maine-et-Loire comes ten months later)
web_incremental             bool: would not be a customer without the web shop (else displaced from shops)
acquired, acquired_time     day of the first purchase; the same as days since the start of 2023, with its fraction
acquisition_channel, acquisition_cost_cents
rate                        λ, purchases a week
dropout                     p after each repeat purchase (BG/NBD), or μ a week (Pareto/NBD)
spend_mean, spend_shape     Gamma-Gamma: mean amount in euros (p/ν), and p
discount_rate               negotiated by offices, off the list price (0 for individuals)
card_from, contract_from    card, maintenance contract (NaT: never); contract_penalty (drawn by lot); theta (sBG)
web_user                    bool: has, or will have, a web account
expected_quality, perceived_quality, satisfaction   0 to 10
need                        goût | prix | praticité | éthique
uplift_type                 persuadable | acquis | perdu | à laisser tranquille
price_premium               accepted, as a share of the price
share_of_wallet, category_spend_year    truth; own expected yearly spend / category's, and category's in euros
service_load                mean 1: how much service a customer asks for (tickets, calls, deliveries)
consent_email, consent_phone
rep_id                      offices only: rep at the time of the first purchase (see `reps.make_reps`)
lifetime_end                day of the last purchase ever, or of the departure (NaT: after the end of the period)
==========================  =====================================================================================
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.draws import as_dates, as_days
from grc_helpers.data.simulator.process import draw_process
from grc_helpers.data.simulator.traits import make_traits


def make_population(config: SimulationConfig, block: int = 0) -> pd.DataFrame:
    """Return the LATENT frame of a block of customers (columns: see the module)."""
    traits = make_traits(config, block)
    last = draw_process(config, traits).last
    frame = traits.assign(lifetime_end=as_dates(np.where(np.isinf(last), np.nan, last)))
    for column in ("card_from", "second_channel_from", "contract_from"):  # nobody joins after having left
        frame[column] = frame[column].mask(as_days(frame[column]) > last)
    prefers_web = frame["preferred_channel"].eq("web") & (as_days(frame["web_open_from"]) <= last)
    frame["web_user"] = prefers_web | (frame["second_channel"].eq("web") & frame["second_channel_from"].notna())
    return frame

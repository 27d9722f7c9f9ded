"""Settings: what is refused, in French; what `pure` switches off."""

from dataclasses import fields
from datetime import date

import pytest

from grc_helpers.data.simulator.config import SimulationConfig, make_config, read_config
from grc_helpers.errors import GrcError

EFFECTS = "card_effect multichannel_effect tenure_effect satisfaction_effect rep_departure_effect penalty_effect"
SEASONS = "weekly_season december_peak cancellation_drop rate_spend_correlation"


def refused(**values) -> str:
    with pytest.raises(GrcError) as error:
        make_config(values)
    return str(error.value)


def test_every_setting_is_documented_in_french():
    for item in fields(SimulationConfig):
        assert item.metadata["label"][0].isupper() and len(item.metadata["label"]) > 10, item.name
        bounded = item.metadata["low"] is not None and item.metadata["high"] is not None
        assert bounded or item.metadata["choices"] or isinstance(item.default, date), item.name


def test_pure_switches_off_every_effect_and_season():
    pure = SimulationConfig(seed=3, customers=100, multichannel_effect=0.1).pure()
    assert {getattr(pure, name) for name in f"{EFFECTS} {SEASONS}".split()} == {0.0}
    assert pure.web_cannibalisation == 1.0
    assert (pure.seed, pure.customers, pure.rate_r) == (3, 100, SimulationConfig().rate_r)


def test_blocks_are_of_ten_thousand_customers():
    config = SimulationConfig(customers=25_000)
    assert (config.blocks, [config.block_size(block) for block in range(3)]) == (3, [10_000, 10_000, 5_000])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"card_effect": 0.9}, "« card_effect » vaut 0.9 ; admis : de -0.3 à 0.5"),
        ({"card_effect": "0,1"}, "« card_effect » doit être un nombre, pas « 0,1 »"),
        ({"card_effect": float("nan")}, "« card_effect » vaut nan"),
        ({"customers": 49}, "« customers » vaut 49 ; admis : de 50 à"),
        ({"customers": 5000.0}, "« customers » doit être un nombre entier"),
        ({"customers": True}, "« customers » doit être un nombre entier"),
        ({"process": "NBD"}, "« process » vaut « NBD » ; admis : BG/NBD, Pareto/NBD"),
        ({"web_opening": "2024-03-04"}, "doit être une date comme 2024-03-04"),
        ({"web_opening": date(2030, 1, 1)}, "« web_opening » vaut 2030-01-01 ; admis : de 2023"),
        ({"web_opening": date(2025, 2, 1)}, "« web_opening_county » vient avant « web_opening »"),
        ({"customers": 60_000}, 'clients ; au-delà, écrivez tables = "coeur"'),
        ({"card_efect": 0.1, "xyz": 1}, "« card_efect » (vouliez-vous dire « card_effect » ?) ; « xyz »"),
    ],
)
def test_what_is_refused(values, expected):
    assert expected in refused(**values)


def test_all_the_problems_are_told_at_once():
    assert refused(card_effect=2, office_share=-1).count("admis :") == 2


def test_a_file_of_settings_is_read_and_the_command_line_wins(tmp_path):
    file = tmp_path / "réglages.toml"
    file.write_text("card_effect = 0\nseed = 7\nweb_opening = 2024-05-06\n", encoding="utf-8")
    config = read_config(file, seed=8, customers=None)
    assert config == SimulationConfig(seed=8, card_effect=0.0, web_opening=date(2024, 5, 6))
    assert type(config.card_effect) is float


@pytest.mark.parametrize("content", [None, b"card_effect = ", b"\xe9 = 1"], ids=["absent", "broken", "encoding"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content):
    file = tmp_path / "r.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(GrcError, match="ne se lit pas") as error:
        read_config(file)
    assert "une ligne par réglage, par exemple : customers = 5000" in str(error.value)

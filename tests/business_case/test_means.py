"""What means cost and must join: amounts by hand on four sales and three calls, sheets that follow their data."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from grc_helpers.business_case import alternatives, means, project_figures, turnover


def rows(column, *values, **more):
    return pd.DataFrame({"date": pd.to_datetime([day for day, _ in values]), column: [one for _, one in values]} | more)


@pytest.fixture
def sales():
    return rows("channel", ("2024-02-01", "téléphone"), ("2024-03-01", "web"), ("2025-01-05", "web"),
                ("2025-02-05", "web"))  # fmt: skip


@pytest.fixture
def contacts():
    calls = rows("channel", ("2025-01-01", "appel"), ("2025-01-02", "appel"), ("2025-01-03", "appel"))
    return calls.assign(direction=["sortant", "sortant", "entrant"])


def test_means_by_hand(sales, contacts):
    """Site in 2025: 100 + 2 × 2 sales; calls: 50 + 5 × 2, the call received apart; the data base has no account."""
    costs = pd.DataFrame(
        [(role, channel, year, fixed, unit)
         for role, channel, fixed, unit in (("vente", "web", 100, 2), ("vente", "téléphone", 30, 1),
                                            ("contact", "appel", 50, 5))
         for year in (2024, 2025)],
        columns=["role", "channel", "year", "fixed_cost", "unit_cost"],
    )  # fmt: skip
    table = means.means_table(costs, sales, contacts)
    assert table.loc["Site internet : ventes"].tolist() == [102, 104, 52]
    assert table.loc["Téléphone : ventes"].tolist()[:2] == [31, 30]
    assert pd.isna(table.loc["Téléphone : ventes", "cost_per_act"])
    assert table.loc["Téléphone : appels passés"].tolist() == [50, 60, 30]
    assert table.loc["Base de données (BDD)"].isna().all() and means.or_blank(float("nan")) == "non noté"


def test_flexibility_follows_the_data(sales, contacts):
    log = rows("channel", ("2025-01-01", "site"), ("2025-01-01", "site"), ("2025-01-01", "boutique"))
    log["visible"] = pd.to_datetime(["2025-01-05", "2025-01-07", "2025-01-02"])
    log["conflict"] = [True, False, False]
    files = ["a.csv", "b.csv", "c.xlsx"]
    said = means.flexibility_sheet(sales, contacts, log, files, end="2025-12-31").set_index("Critère de souplesse")
    said = said.iloc[:, 0]
    assert said.iloc[0] == "2 canaux de vente, 1 de contact" and said.iloc[1] == "3 fichiers : 2 .csv, 1 .xlsx"
    assert ": 1 (boutique) à 5 (site) ;" in said.iloc[2] and said.iloc[3].startswith("33,3")
    assert said.iloc[4] == "dernier ouvert : web, première vente le 01/03/2024"


def test_sending_cost_is_the_reader_s_or_the_firm_s():
    from grc_helpers.data.loading import read_table

    costs = read_table("cafes_merle", "couts_canaux.parquet").set_index(["channel", "year"])["unit_cost"]
    assert means.sending_cost_in_use(0.3) == 0.3
    assert means.sending_cost_in_use(0.0) == costs["e-mail", costs["e-mail"].index.max()]


def test_method_sheet_names_the_best_tool_and_the_missing_periods():
    grades = pd.DataFrame({"last_grade": [2.5, 3.0]}, index=["culture", "moyens"])
    weeks = pd.Series(dict.fromkeys(["Implantation", "Formation du personnel", "Gestion du changement"], 3.0))
    weeks["Veille et BI"] = 7.0
    options = {"cher": -5.0, "simple": 40.0}
    sheet = means.method_sheet(
        change=None, grades=grades, needs=grades, options=options, net=-1.0, weeks=weeks, currency="EUR"
    )
    said = sheet.set_index("Étape (S4)").iloc[:, 0]
    assert len(said) == 9 and said["Analyse stratégique"].startswith("rien")
    assert "culture, 2,5" in said["Diagnostic"] and "simple" in said["Alternatives"]
    assert said["Veille et BI"].startswith("7 semaines")


def test_automation_costs_the_same_both_ways_at_the_break_even():
    """6 000 a year, 3 by hand, 1 automated: 3 000 messages; nothing saved: only one's own volume is shown."""
    table = alternatives.automation_table(fixed=6_000, by_hand=3.0, automated=1.0, orders=1_000)
    assert table.loc["Point mort"].tolist() == [3_000, 9_000, 9_000]
    assert table.iloc[0].tolist() == [1_000, 3_000, 7_000] and list(table["messages"]) == [1_000, 1_500, 3_000, 6_000]
    assert len(alternatives.automation_table(fixed=1, by_hand=1.0, automated=1.0, orders=5)) == 1


def test_four_factors_share_the_change_without_rest():
    """Customers double, the rest stays: they bring all of the change of turnover."""
    names = ["base_customers", "category_spend", "wallet_share", "presence", "turnover"]
    market = pd.DataFrame([[10, 100.0, 0.2, 0.5, 100.0], [20, 100.0, 0.2, 0.5, 200.0]], [2023, 2025], names)
    said = turnover.tell_market(market, "EUR").replace("\u202f", " ").replace("\xa0", " ")
    assert "clients 100 €" in said and "durée 0 €" in said and "Reste : 0,00 €" in said


def test_quadrant_shows_both_thresholds_and_who_moves():
    marks = pd.DataFrame({"vision": [12.0, 15.0], "force": [16.0, 15.0]}, index=["A", "B"])
    fig, ax = plt.subplots()
    said = project_figures.plot_quadrant(ax, marks, axes=("vision", "force"), middles=(10, 13), invented=True)
    assert (
        ax.get_title() or ax.get_title(loc="left")
    ) == "Notes inventées : 1 outil change de case avec le seuil" and "A 12 et 16" in said
    assert len(ax.lines) == 6  # two thresholds on two axes, two tools
    plt.close(fig)

"""One-to-one: by hand, by brute force, by known truths and published bounds; refusals shown."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from grc_helpers.data.loading import load, read_table
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.errors import GrcError
from grc_helpers.personalisation import approaches as ways
from grc_helpers.personalisation import (
    bandit,
    contacts,
    differences,
    identification,
    knowledge,
    lists,
    plan,
    pressure,
    services,
    versions,
)
from grc_helpers.personalisation.tastes import item_margin, read_tastes


def title_of(ax) -> str:
    """Return a figure's title, wherever the style puts it."""
    return ax.get_title() or ax.get_title(loc="left")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Return a function that loads lines (customer, day, product, amount) as a user's file."""
    folder = tmp_path_factory.mktemp("shop")

    def loaded(rows, name="achats.csv"):
        frame = pd.DataFrame(rows, columns=["client", "date", "produit", "montant"])
        frame.to_csv(folder / name, index=False)
        return load(folder / name, kind="transactions", currency="EUR")

    return loaded


def many_rows(*, customers, items, days, seed=3):
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-01")
    return [
        (f"C{c:03d}", f"{start + pd.Timedelta(days=int(day)):%Y-%m-%d}", f"P{rng.integers(items):06d}", 10.5)
        for c in range(customers)
        for day in rng.choice(days, size=8, replace=False)
    ]


def test_sales_to_known_customers_by_hand(shop):
    rows = [("A", "2024-01-01", "x", 10), ("A", "2024-01-05", "x", 10), ("A", "2024-01-10", "x", 30)]
    known = identification.known_before(shop([*rows, ("B", "2024-01-09", "x", 10)]), depths=(0, 1, 2, 3))
    assert known["sales_share"].tolist() == [1.0, 0.75, 0.75, 0.0]  # the last two days: A's third visit, B's first
    assert known["visit_share"].tolist() == [1.0, 0.5, 0.5, 0.0]


def test_a_shop_sale_has_a_name_only_from_the_day_of_the_card():
    sales = pd.DataFrame(
        {
            "customer_id": ["1", "1", "2", "2"],
            "date": pd.to_datetime(["2024-01-05", "2024-02-05", "2024-02-06", "2024-02-07"]),
            "amount": [10.0, 20.0, 30.0, 40.0],
            "channel": ["boutique", "boutique", "web", "boutique"],
        }
    )
    customers = pd.DataFrame({"customer_id": ["1", "2"], "card_from": pd.to_datetime(["2024-02-05", None])})
    shares = identification.identified_sales(sales, customers).iloc[0]
    assert shares.to_dict() == pytest.approx(
        {"carte en boutique": 0.2, "compte du site": 0.3, "téléphone": 0, "commercial": 0, "anonyme": 0.5}
    )


def test_personal_share_by_brute_force():
    world = differences.taste_world(concentration=4, n_customers=6, n_orders=3, n_items=5, seed=1)
    share, low, high, within, between = differences.personal_share(world)
    rows = list(world.itertuples(index=False))
    same, apart = [], {True: {}, False: {}}
    for a in rows:
        for b in rows:
            if (a.customer_id, a.order) != (b.customer_id, b.order):
                kind = a.customer_id == b.customer_id
                apart[kind].setdefault((a.customer_id, b.customer_id), []).append(a.item == b.item)
    same = [np.mean([np.mean(hits) for hits in apart[kind].values()]) for kind in (True, False)]
    assert (within, between) == pytest.approx(same)
    assert share == pytest.approx(1 - same[1] / same[0]) and low < share < high


@pytest.mark.parametrize("concentration", [np.inf, 50.0, 5.0])
def test_personal_share_finds_the_truth_of_a_dirichlet_world(concentration):
    truth = differences.true_personal_share(concentration=concentration, n_items=30)
    world = differences.taste_world(concentration=concentration, n_customers=20_000, n_orders=8, n_items=30, seed=11)
    share, low, high, _, _ = differences.personal_share(world)
    assert share == pytest.approx(truth, abs=0.015) and high - low < 0.03
    # Ten times as many items, bought as unequally: a difference of chances would shrink, the share stays of its size.
    if concentration == 5.0:
        assert differences.true_personal_share(concentration=5.0, n_items=300) > truth


def test_personal_share_of_items_never_bought_twice_is_unknown():
    orders = pd.DataFrame({"customer_id": [0, 0, 1, 1], "order": [0, 1, 0, 1], "item": list("abcd")})
    assert np.isnan(differences.personal_share(orders)[0])


def test_agreement_with_true_needs_is_said():
    orders = differences.taste_world(concentration=2, n_customers=200, n_orders=20, n_items=8, seed=5)
    found = differences.need_groups(orders, n_groups=4, seed=1)
    text = differences.need_agreement(orders, found, n_groups=4, seed=1)
    assert text == "1,00 (au moins 5 commandes) ; 1,00 (au moins 20 commandes)"


def test_needs_are_found_when_customers_differ_and_say_nothing_of_value():
    orders = differences.taste_world(concentration=2, n_customers=200, n_orders=20, n_items=8, seed=5)
    needs = differences.need_groups(orders, n_groups=4, seed=1)
    spend = pd.Series(np.random.default_rng(2).gamma(2, 50, 200), index=needs.index)
    grid, index = differences.value_need_grid(spend, needs)
    assert grid.to_numpy().sum() == pytest.approx(1) and list(grid.index) == list(differences.TIERS)
    assert abs(index) < 0.05 and needs.nunique() == 4


def test_cost_per_useful_by_hand():
    rows = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-01"] * 5),
            "customer_id": list("abcde"),
            "channel": ["courrier"] * 4 + ["téléphone"],
            "direction": ["sortant"] * 4 + ["entrant"],
            "cost": [1.0] * 4 + [0.0],
            "outcome": ["commande", "sans suite", "sans suite", "filleul", "répondu"],
        }
    )
    costs = pd.DataFrame({"channel": ["courrier"], "role": ["contact"], "year": [2024], "fixed_cost": [4.0]})
    table = contacts.cost_per_useful(rows, costs, incoming_cost=12.5, year=2024).set_index("channel")
    assert table.loc["courrier", ["contact_cost", "useful_rate", "useful_cost"]].tolist() == [2.0, 0.5, 4.0]
    assert table.loc["téléphone", "useful_cost"] == 12.5
    assert table["useful_kinds"].to_dict() == {"courrier": "commande, filleul", "téléphone": "répondu"}


def test_design_effect_of_contacts_that_are_copies_is_their_number():
    useful, customers = pd.Series([True, False, True, False]), pd.Series(["a", "b", "c", "d"])
    assert contacts.design_effect(useful, customers) == 1.0
    copies = useful.repeat(3).reset_index(drop=True), customers.repeat(3).reset_index(drop=True)
    assert contacts.design_effect(*copies) == pytest.approx(3.0)
    assert contacts.design_effect(useful & False, customers) == 1.0


def test_no_mix_of_channels_beats_the_frontier():
    rng = np.random.default_rng(4)
    points = pd.DataFrame({"contact_cost": rng.gamma(1, 5, 12) + 0.01, "useful_rate": rng.random(12)})
    table = contacts.efficient_frontier(points.assign(channel="c"))
    good = table[table["efficient"]]
    at = np.interp(table["contact_cost"], [0, *good["contact_cost"]], [0, *good["useful_rate"]])
    assert (table["useful_rate"] <= at + 1e-12).all()
    assert good["marginal_cost"].is_monotonic_increasing
    cost, rate = [0, *good["contact_cost"]], [0, *good["useful_rate"]]
    assert good["marginal_cost"].to_numpy() == pytest.approx(np.diff(cost) / np.diff(rate))


def test_the_caused_cost_of_an_order_is_hidden_when_the_effect_is_not_sure():
    group = ["traité"] * 200 + ["témoin"] * 200
    campaigns = pd.DataFrame({"campaign_id": ["a"], "name": ["a"], "channel": ["courrier"], "unit_cost": [1.0]})
    sure = pd.DataFrame(
        {"campaign_id": "a", "group": group, "bought": [True] * 100 + [False] * 100 + [True] * 50 + [False] * 150}
    )
    row = contacts.caused_orders(sure, campaigns).iloc[0]
    assert (row["observed_cost"], row["caused_cost"]) == (2.0, 4.0)
    assert row["caused_cost_low"] == pytest.approx(1 / row["uplift_high"])
    assert row["caused_cost_low"] < 4 < row["caused_cost_high"]
    none = sure.assign(bought=[True] * 100 + [False] * 100 + [True] * 98 + [False] * 102)
    assert np.isnan(contacts.caused_orders(none, campaigns).iloc[0]["caused_cost"])


def test_credibility_is_buhlmanns_k():
    """Bühlmann 1967: for tastes of a Dirichlet law of concentration a, K = a."""
    for truth in (3.0, 12.0):
        world = differences.taste_world(concentration=truth, n_customers=4_000, n_orders=10, n_items=20, seed=7)
        history = csr_matrix((np.ones(len(world)), (world["customer_id"], world["item"])), shape=(4_000, 20))
        assert lists.credibility(history, np.full(4_000, 10)) == pytest.approx(truth, rel=0.08)


def test_a_personal_list_gains_nothing_where_tastes_are_the_same_and_nears_the_ideal_elsewhere():
    for concentration, least, most in ((np.inf, -0.002, 0.002), (5, 0.2, 1)):
        world = differences.taste_world(concentration=concentration, n_customers=800, n_orders=20, n_items=30, seed=2)
        curve = lists.learning_curve(world, n_items=30, k=5)
        assert least <= curve["advantage"].iloc[-1] <= most
        assert (curve["personal"] <= curve["ideal"] + 1e-12).all()


def test_the_curve_of_versions_bends_at_the_number_of_tastes():
    split = versions.typed_split(n_types=4, n_customers=800, n_items=40, seed=3)
    curve = versions.version_curve(split, k=5, seed=1).set_index("versions")["extra_items"]
    assert curve["4"] - curve["2"] > 0.3 and abs(curve["8"] - curve["4"]) < 0.05


def test_version_profit_is_nil_at_the_break_even_size():
    split = versions.typed_split(n_types=4, n_customers=400, n_items=40, seed=3)
    curve = versions.version_curve(split, k=5, seed=1)
    given = {"sends": 12, "caused": 0.1, "margin": 2.0, "cost_version": 500, "cost_engine": 9_000, "cost_customer": 0.1}
    sizes = versions.version_economics(curve, base_size=1, **given)["break_even_size"]
    for place in (2, len(curve) - 1):
        again = versions.version_economics(curve, base_size=sizes[place], **given)
        assert again["profit"][place] == pytest.approx(0, abs=1e-6)
    profits = versions.profits_by_size(curve, **given)
    assert list(profits) == [*(f"{n} versions" for n in versions.VERSIONS[1:]), versions.EACH]
    rows = versions.version_economics(curve, base_size=1_000_000, **given).set_index("versions")
    assert profits["8 versions"][1_000_000] == pytest.approx(rows.loc["8", "profit"])


@pytest.mark.parametrize("seed", range(6))
def test_thresholds_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    table = ways.approach_table(np.sort(rng.gamma(1, 20, 3)), np.sort(rng.random(3) / 5))
    zones = ways.thresholds(table)
    values = pd.Series(np.linspace(0.5, 2_000, 500))
    lines = np.column_stack([np.zeros(500), np.outer(values, table["lift"]) - table["cost"].to_numpy()])
    best = np.array(["aucune", *table["approach"]], dtype=object)[lines.argmax(axis=1)]
    where = np.searchsorted(zones["to_value"], values, side="right")
    assert (zones["approach"].to_numpy()[where] == best).mean() > 0.995
    profits = ways.policy_profits(values, values, table)
    assert profits["gain"].iloc[-1] == pytest.approx(profits["gain"].iloc[-2]) == pytest.approx(lines.max(axis=1).sum())


def test_useless_approaches_are_never_chosen():
    table = ways.approach_table((1, 6, 60), (0.01, 0.04, 0.1)).assign(lift=0.0)
    zones = ways.thresholds(table)
    assert zones["approach"].tolist() == ["aucune"] and zones["to_value"].iloc[0] == np.inf


def test_approaches_that_no_threshold_parts_are_refused():
    for costs, lifts in (((1, 6, 60), (0.01, 0.01, 0.1)), ((1, 6, 5), (0.01, 0.04, 0.1))):
        with pytest.raises(GrcError, match="doit coûter plus et ajouter plus") as error:
            ways.approach_table(costs, lifts)
        assert "masse : 1,00 et 1,0" in str(error.value) and "lift_" in str(error.value)


def test_sensitivity_to_the_supposed_effect_by_hand():
    said = ways.sensitivity(ways.approach_table((0.5, 6, 60), (0.01, 0.04, 0.10)), currency="EUR", factors=(0.3, 1))
    assert "jamais si elle ajoute 3" in said and "dès 900" in said.replace("\u202f", "")


def test_half_margins_are_by_the_year(shop):
    data = shop([("A", "2024-01-01", "x", 100), ("A", "2024-12-30", "x", 50), ("B", "2024-12-30", "x", 5)])
    table = ways.half_margins(data, margin_rate=0.5)
    assert list(table.index) == ["A"]  # nothing is known of B when one decides
    days = (date(2024, 12, 31) - date(2024, 1, 1)).days
    assert table.loc["A", "first"] == pytest.approx(50 * 365 / (days // 2))


def test_a_single_day_has_no_halves(shop):
    data = shop([("a", date(2024, 3, 5), "thé", 12), ("b", date(2024, 3, 5), "café", 9)])
    assert ways.half_margins(data, margin_rate=0.5).empty


def test_a_trial_is_drawn_as_it_says():
    given = {"leave": 0.02, "leave_growth": 0.5, "prefetch": 0.0, "prefetch_open": 0.9, "blocked": 1.0}
    trial = pressure.simulated_trial(n=300_000, fatigue=0.14, read=0.5, click=0.4, seed=3, **given)
    truth = {"click": 0.2, "fatigue": 0.14, "leave": 0.02, "leave_growth": 0.5}
    assert pressure.rates(trial) == pytest.approx(truth, rel=0.06)
    assert trial["opened"].sum() == 0  # every program hides its readers
    gone = trial["unsubscribed"].eq(1)
    assert (trial.loc[~gone, "sends"] == 3 * trial.loc[~gone, "pressure"]).all() and trial["unsubscribed"].max() == 1


def test_the_firms_trial_gives_back_its_fatigue_and_its_best_pressure():
    trial = pressure.trial_by_customer(read_table("cafes_merle", "emails.parquet"), campaign="ESSAI-PRESSION")
    truth = pressure.true_rates(read_truth("cafes_merle", "effets"))
    estimate, low, high = pressure.fatigue_rate(trial)
    assert low < truth["fatigue"] < high
    assert pressure.rates(trial)["fatigue"] == pytest.approx(estimate, abs=1e-6)  # two ways to the same likelihood
    best, curve = pressure.best_pressure(trial, seed=1, n_boot=100, click_value=1.0, cost=0.02)
    true = pressure.yearly_value(pressure.LEVELS, click_value=1.0, cost=0.02, **truth)
    assert best["low"] <= pressure.LEVELS[true.argmax()] <= best["high"]
    assert curve["value_low"].le(curve["value"]).all() and curve["value"].le(curve["value_high"]).all()


def test_value_of_a_subscriber_who_never_leaves():
    value = pressure.yearly_value(
        [1, 2], click=0.1, fatigue=0, leave=0, leave_growth=0, click_value=1, cost=0.02, months=10
    )
    assert value.tolist() == pytest.approx([0.8, 1.6])


def test_regret_grows_as_lai_and_robbins_1985_say():
    """Thompson sampling nears the growth Δ / KL by unit of ln n; a draw at random loses its exact mean."""
    p, best, n = 0.2, 0.8, 4_000
    divergence = p * np.log(p / best) + (1 - p) * np.log((1 - p) / (1 - best))
    page, given = pd.DataFrame([[p, best]]), {"n_visits": n, "recognised": 0.0, "seed": 4}
    regret = bandit.simulate_site(page, policy="Bandit pour tous", n_runs=200, **given).mean(axis=0)
    slope = (regret[-1] - regret[n // 20 - 1]) / np.log(20)
    assert 0.5 < slope / ((best - p) / divergence) < 2  # a linear regret would have a slope hundreds of times larger
    random = bandit.simulate_site(page, policy="Au hasard", n_runs=20, **given)[:, -1].mean()
    assert random == pytest.approx(n * (best - p) / 2, rel=0.02)


def test_regret_of_a_site_never_falls_and_recognising_visitors_helps():
    site, given = bandit.profile_world(), {"n_visits": 3_000, "n_runs": 15, "seed": 6}
    known, unknown = (bandit.simulate_site(site, policy="Bandit par profil", recognised=r, **given) for r in (1.0, 0.0))
    assert (np.diff(known, axis=1) >= 0).all() and known[:, -1].mean() < unknown[:, -1].mean()
    lost = bandit.regret_by_recognition(site, parts=(0.0, 1.0), **given)
    assert lost.to_dict() == {0.0: unknown[:, -1].mean(), 1.0: known[:, -1].mean()}
    rule = bandit.simulate_site(site, policy=bandit.RULES[2], recognised=1.0, rule=(0, 1, 3), **given)
    assert rule[:, -1].max() == 0  # a rule that is right, on visitors who are known, loses nothing


def test_a_planted_service_does_what_it_says_and_raw_gaps_miss_it():
    table = services.service_table(read_table("telecom"))
    world, truth = services.planted_world(table, strength=0.0, hidden=1.0, seed=9)
    assert truth == 0 and len(world) == len(table)
    assert world["churn"].mean() == pytest.approx(table["churn"].mean(), abs=0.03)
    world, truth = services.planted_world(table, strength=-0.5, hidden=0.0, seed=9)
    found = services.adjusted_effects(world, ["service"], [*services.BEFORE, *services.AFTER]).loc["service"]
    assert truth < -0.05 and found["effect"] == pytest.approx(truth, abs=0.04)  # three standard errors
    assert services.raw_gap(world, "service")[2] < truth - 0.1


def test_standardised_effect_is_statsmodels_marginal_effect():
    import statsmodels.api as sm

    table = services.service_table(read_table("telecom")).head(1_500)
    columns = ["tech_support", "fiber", "tenure"]
    fitted = sm.Logit(table["churn"].to_numpy(), sm.add_constant(table[columns].to_numpy())).fit(disp=False)
    margins = fitted.get_margeff(dummy=True)
    ours = services.adjusted_effects(table, ["tech_support"], ["fiber", "tenure"]).loc["tech_support"]
    assert ours["effect"] == pytest.approx(margins.margeff[0])
    assert [ours["low"], ours["high"]] == pytest.approx(margins.conf_int()[0], abs=1e-4)


def test_history_is_cut_for_the_same_customers(shop):
    tastes = read_tastes(shop(many_rows(customers=90, items=12, days=200), "cut.csv"), level="product", k=10, seed=1)
    curve = knowledge.history_curve(tastes.orders, tastes.split, k=tastes.k, least=40)
    assert tastes.k == 4 and curve["customers"].nunique() == 1
    assert curve["gain"].iloc[0] == 0 and curve["depth"].iloc[0] == 0
    assert item_margin(tastes, margin_rate=0.2) == pytest.approx(2.1, rel=0.05)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("A", f"2024-01-{day:02d}", "x", 5) for day in range(1, 28)], "6 produits différents (il y en a 1)"),
        ([("A", f"2024-01-{day:02d}", f"p{day}", 5) for day in range(1, 28)], "50 clients qui achètent avant et après"),
        ([(f"c{day}", "2024-01-13", f"p{day}", 5) for day in range(1, 28)], "des achats avant et après"),
    ],
)
def test_what_tastes_lack_is_said(shop, rows, said):
    assert said in read_tastes(shop(rows, "lack.csv"), level="product", k=5, seed=1).missing


def test_a_file_without_products_and_one_with_very_many(shop):
    assert (
        "une colonne de produits"
        in read_tastes(load("cdnow", kind="transactions"), level="category", k=5, seed=1).missing
    )
    tastes = read_tastes(
        shop(many_rows(customers=400, items=100_000, days=300), "many.csv"), level="product", k=5, seed=1
    )
    assert tastes.n_items > 3_000 and len(tastes.split.items) <= 1_000 and tastes.kept < 0.5
    assert "catégories en couvrirait" in tastes.sentence and "tirés au hasard" not in tastes.sentence


def test_customers_beyond_the_bound_are_drawn_with_the_seed(shop, monkeypatch):
    from grc_helpers.personalisation import tastes as module

    data = shop(many_rows(customers=300, items=12, days=200), "drawn.csv")
    monkeypatch.setattr(module, "MAX_CUSTOMERS", 120)
    first, again, other = (read_tastes(data, level="product", k=4, seed=seed) for seed in (1, 1, 2))
    people = [set(found.orders["customer_id"]) for found in (first, again, other)]
    assert people[0] == people[1] != people[2] and len(people[0]) == len(people[2]) == 120
    # Drawn over the whole file, not taken from its beginning: about as many on each side of the middle.
    assert 40 <= sum(name < "C150" for name in people[0]) <= 80
    assert first.n_customers == 300 and "120 clients tirés au hasard parmi 300" in first.sentence


def test_the_plan_says_what_is_missing():
    useful = pd.DataFrame({"channel": ["e-mail"], "useful_cost": [2.5], "useful_kinds": ["clic"]})
    zones = pd.DataFrame({"approach": ["aucune"], "from_value": [0.0], "to_value": [np.inf]})
    given = {"known": pd.DataFrame(), "gap": None, "useful": useful, "gain": None, "zones": zones, "currency": "EUR"}
    said = plan.idic_points(**given).set_index("Temps")["Ce que disent les données"]
    assert "aucune vente" in said["Identifier"] and "(clic)" in said["Communiquer"]
    assert said["Différencier"] == plan.NONE and "aucune approche ne paie" in said["Personnaliser"]


def test_figures_say_what_they_show():
    import matplotlib.pyplot as plt

    from grc_helpers.personalisation import figures, figures_offers

    table = ways.approach_table((0.5, 6, 60), (0.01, 0.04, 0.10))
    values = pd.Series([10.0, 100.0, 500.0, 1_000.0])
    fig = figures.plot_thresholds(ways.thresholds(table), table, values, currency="EUR")
    assert "personnalisée" in title_of(fig.axes[0]) and [bar.get_width() for bar in fig.axes[1].patches] == [0.25] * 4
    given = {"n_visits": 300, "recognised": 1.0, "n_runs": 4, "seed": 1, "rule": (0, 1, 3)}
    regrets = bandit.compare_policies(bandit.profile_world(), **given)
    drawn = figures.plot_regret(regrets, pd.Series([30.0, 10.0], index=[0.0, 1.0]))
    assert "règle du marketing" in title_of(drawn.axes[0]).replace("\n", " ")
    assert " ".join(title_of(drawn.axes[1]).split()) == "Tous reconnus : 67 % de pertes en moins"
    split = versions.typed_split(n_types=4, n_customers=300, n_items=40, seed=3)
    gains, table = lists.compare_lists(split, k=5, seed=1)
    best = gains[gains["wanted"] == "Tous les produits"].set_index("model")["gain"].idxmax()
    assert best in title_of(figures_offers.plot_gains(gains, k=5).axes[0]).replace("\n", " ")
    curve = versions.version_curve(split, k=5, seed=1)
    money = {"sends": 1, "caused": 0.1, "margin": 1.0, "cost_version": 500, "cost_engine": 90_000, "cost_customer": 0.1}
    sizes = versions.version_economics(curve, base_size=1, **money).set_index("versions")["break_even_size"].iloc[1:]
    fig = figures_offers.plot_versions(curve, versions.profits_by_size(curve, **money), currency="EUR")
    assert f": {sizes.idxmin()} version" in " ".join(title_of(fig.axes[1]).split())
    assert table["diversity"].iloc[0] == 0 and table.loc["personnelle", "diversity"] > 0.5
    plt.close("all")

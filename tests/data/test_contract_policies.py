"""What the fiche counts, what the policies do, and the side file that keeps them."""

import tomllib
from datetime import date

import pytest

from grc_helpers.data.kinds import KINDS
from grc_helpers.data.loading import load
from grc_helpers.data.settings import OPTIONS, Settings, read_side_file, side_path, side_text
from grc_helpers.errors import GrcError

MESSY = """client;date;montant;note
a;31/01/2024;10,00;x
a;31/01/2024;10,00;x
a;31/01/2024;-4,00;x
b;31/01/2024;-2,00;x
b;01/02/2024;0,00;x
;01/02/2024;3,00;x
c;hier;5,00;x
c;02/02/2024;cinq;x
c;03/02/2024;1,005;x
c;15/03/2024;7,00;x
Total;;22,00;
"""
PERMISSIVE = {
    "regles.clients_vides": "exclure",
    "regles.dates_illisibles": "exclure",
    "regles.montants_illisibles": "exclure",
    "regles.decimales": "arrondir",
}


@pytest.fixture
def read(read):
    """Write a text and load it with a mapping of options."""

    def with_mapping(content: str, options: dict | None = None):
        return read(content, **(options or {}))

    return with_mapping


def found(dataset) -> dict[str, tuple]:
    return {item.rule: (item.tally.rows, item.tally.lines, item.excluded) for item in dataset.reading.findings}


def test_every_rule_is_counted_with_its_lines(read):
    dataset = read(MESSY, PERMISSIVE)
    assert found(dataset) == {
        "sous_totaux": (1, (12,), 1),
        "clients_vides": (1, (7,), 1),
        "dates_illisibles": (1, (8,), 1),
        "montants_illisibles": (1, (9,), 1),
        "decimales": (1, (10,), 0),
        "montants_nuls": (1, (6,), 0),
        "retours": (2, (4, 5), 0),
        "doublons": (1, (3,), 0),
    }
    reading = dataset.reading
    assert (reading.rows_read, reading.rows_kept, reading.customers, reading.days) == (11, 7, 3, 4)
    # 10 + 10 − 4 − 2 + 0 + 1,01 + 7
    assert reading.total_cents == 2201
    assert (reading.start, reading.end) == (date(2024, 1, 31), date(2024, 3, 15))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"regles.doublons": "retirer"},
        {"regles.retours": "compenser"},
        {"regles.montants_nuls": "exclure", "regles.doublons": "retirer", "regles.retours": "compenser"},
        {"lecture.fin": date(2024, 2, 28), "regles.decimales": "exclure"},
    ],
)
def test_the_rows_read_are_the_rows_kept_and_those_excluded(read, more):
    dataset = read(MESSY, PERMISSIVE | more)
    reading = dataset.reading
    assert reading.rows_read == reading.rows_kept + sum(item.excluded for item in reading.findings)
    assert reading.rows_kept == dataset.counts().rows


def test_each_row_is_excluded_once_under_the_first_rule(read):
    dataset = read("client;date;montant\n;hier;x\na;31/01/2024;1\n", PERMISSIVE)
    assert found(dataset) == {"clients_vides": (1, (2,), 1)}


@pytest.mark.parametrize(
    ("rule", "line"),
    [("sous_totaux", "lignes de total : 1, ligne 12"), ("doublons", "tout point : 1, ligne 3")]
    + [("montants_nuls", "montants nuls : 1, ligne 6"), ("retours", "(retours) : 2, lignes 4, 5")],
)
def test_a_policy_can_refuse(read, rule, line):
    with pytest.raises(GrcError) as caught:
        read(MESSY, PERMISSIVE | {f"regles.{rule}": "refuser"})
    assert line in str(caught.value) and caught.value.todo


def test_doubles_removed_keep_the_first(read, rows):
    dataset = read(
        "client;date;montant\na;31/01/2024;1\nb;31/01/2024;1\na;31/01/2024;1\n", {"regles.doublons": "retirer"}
    )
    assert [row[0] for row in rows(dataset)] == ["a", "b"]


def test_a_double_is_the_same_in_every_column(read):
    dataset = read("client;date;montant;heure\na;31/01/2024;1;9h\na;31/01/2024;1;10h\n")
    assert "doublons" not in found(dataset)


def test_returns_are_netted_on_the_day(read):
    text = """client;date;montant;commande
a;31/01/2024;10,00;A1
a;31/01/2024;30,00;A2
a;31/01/2024;-4,00;A3
b;31/01/2024;5,00;B1
b;31/01/2024;-9,00;B2
c;31/01/2024;-2,00;C1
c;01/02/2024;8,00;C2
c;01/02/2024;8,00;C3
"""
    dataset = read(text, {"regles.retours": "compenser"})
    table = dataset.table.to_pyarrow().to_pylist()
    assert [(row["customer_id"], row["amount_cents"], row["order_id"]) for row in table] == [
        ("a", 3600, "A2"),
        ("b", -400, "B1"),
        ("c", -200, "C1"),
        ("c", 800, "C2"),
        ("c", 800, "C3"),
    ]
    finding = dataset.reading.finding("retours")
    assert (finding.tally.rows, finding.excluded) == (3, 3)
    assert "2 jours" in finding.action and "1 à solde nul ou négatif" in finding.action
    assert "sans achat le même jour : 1, gardés" in finding.action
    assert dataset.reading.total_cents == read(text).reading.total_cents


def test_the_period_is_stated_never_today(read):
    text = "client;date;montant\na;31/01/2024;1\na;15/02/2199;2\n"
    open_ended = read(text)
    assert open_ended.observation_end == date(2199, 2, 15)
    assert any("dernier jour, 15/02/2199" in note for note in open_ended.reading.notes)
    closed = read(text, {"lecture.debut": "2024-01-01", "lecture.fin": "2024-12-31"})
    assert (closed.observation_start, closed.observation_end) == (date(2024, 1, 1), date(2024, 12, 31))
    assert found(closed) == {"hors_periode": (1, (3,), 1)}


def test_other_currencies_are_excluded_when_told(read, rows):
    text = "client;date;montant;devise\na;31/01/2024;1;EUR\nb;31/01/2024;2;CHF\n"
    dataset = read(text, {"lecture.monnaie": "CHF", "regles.autres_monnaies": "exclure"})
    assert (rows(dataset), dataset.currency) == ([("b", date(2024, 1, 31), 200)], "CHF")
    assert found(dataset) == {"autres_monnaies": (1, (2,), 1)}


def test_the_currency_comes_from_the_file_else_euros_and_says_so(read):
    assert read("client;date;montant\na;31/01/2024;1 £\n").currency == "GBP"
    dataset = read("client;date;montant\na;31/01/2024;1\n")
    assert (
        dataset.currency == "EUR"
        and ("Monnaie", "EUR (par défaut : le fichier ne la dit pas)") in dataset.reading.facts
    )


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["a;31/01/2024;1", "a;01/02/2024;1"], "Un seul client"),
        (["a;31/01/2024;1", "b;31/01/2024;1"], "Une seule date"),
        (["a;31/01/2024;1", "b;01/02/2024;1"], "Aucun client n'est venu deux jours"),
        (["a;31/01/2024;1", "A;01/02/2024;1"], "que par les majuscules : 1"),
        (["1.0;31/01/2024;1", "2.0;01/02/2024;1"], "terminés par « .0 » : 2 lignes"),
    ],
)
def test_what_the_file_cannot_answer_is_said(read, lines, note):
    reading = read("client;date;montant\n" + "\n".join(lines)).reading
    assert any(note in text for text in reading.notes)


def test_nothing_left_is_refused(read):
    with pytest.raises(GrcError, match="ne contient aucune transaction(.|\n)*1 ligne dans le fichier, exclue"):
        read("client;date;montant\na;31/01/2024;1\n", {"lecture.fin": date(2023, 1, 1)})


def test_the_summary_is_two_lines_for_a_cover(read):
    first, second = read(MESSY, PERMISSIVE).reading.summary()
    assert first == "Fichier lu : 11 lignes, 7 gardées."
    assert "lignes de total : 1 (exclues)" in second.lower() and "montants nuls : 1 (gardés)" in second


# The side file


def test_the_side_file_says_how_to_read_and_is_read_everywhere(tmp_path, connection, rows):
    path = tmp_path / "v.csv"
    path.write_text("qui;date;montant\na;03/04/2024;1,200\n", encoding="cp1252")
    stated = {"colonnes.client": "qui", "lecture.ordre_dates": "jour-mois", "lecture.decimale": ","}
    first = load(path, connection=connection, options=stated)
    side_path(path).write_text(side_text(path.name, first.reading.settings), encoding="utf-8")
    again = load(path, connection=connection)
    assert rows(again) == rows(first) == [("a", date(2024, 4, 3), 120)]
    assert [again.reading.settings[name] for name in OPTIONS] == [first.reading.settings[name] for name in OPTIONS]


def test_options_win_over_the_side_file(tmp_path, connection, rows):
    path = tmp_path / "v.csv"
    path.write_text("client;date;montant\na;03/04/2024;1\n", encoding="utf-8")
    side_path(path).write_text('[lecture]\nordre_dates = "mois-jour"\n', encoding="utf-8")
    assert rows(load(path, connection=connection))[0][1] == date(2024, 3, 4)
    options = {"lecture.ordre_dates": "jour-mois"}
    assert rows(load(path, connection=connection, options=options))[0][1] == date(2024, 4, 3)


def test_any_text_survives_the_side_file(tmp_path):
    names = ['N° "client"', "a\\b", "tab\tet\nligne", "é€œ\u202f😀", "# non", "\x7f"]
    for name in names:
        settings = Settings({}).with_values({"colonnes.client": name, "lecture.fin": date(2025, 12, 31)})
        path = tmp_path / "v.csv"
        side_path(path).write_text(side_text("v.csv", settings), encoding="utf-8", newline="\n")
        assert read_side_file(path)["colonnes.client"] == name and read_side_file(path)["lecture.fin"].year == 2025


@pytest.mark.parametrize("kind", KINDS)
def test_the_side_file_states_every_policy_of_its_kind(kind):
    content = tomllib.loads(side_text("v.csv", Settings({}), kind))
    policies = {name.split(".")[1]: option for name, option in OPTIONS.items() if name.startswith("regles.")}
    assert content["regles"] == {name: option.default for name, option in policies.items() if option.concerns(kind)}
    assert ("retours" in content["regles"]) == (kind == "transactions")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[lecture", "ne se lit pas(.|\n)*à la fin du fichier"),
        ("[lecture]\nfin = oui\n", "ne se lit pas(.|\n)*ligne 2, colonne 7"),
        ("[lecture]\nordre = 1\n", "« lecture.ordre » n'existe pas(.|\n)*« lecture.ordre_dates »"),
        ("retours = 1\n", "« retours » n'existe pas"),
        ('[regles]\nretours = "jeter"\n', "« jeter » ne convient pas pour « regles.retours »(.|\n)*« compenser »"),
        ("[lecture]\nsiecle = true\n", "« True » ne convient pas(.|\n)*« 2000 »"),
        ('[lecture]\nfin = "demain"\n', "« demain » ne convient pas(.|\n)*2025-12-31"),
        ('[lecture]\nmonnaie = "euros"\n', "« euros » ne convient pas(.|\n)*EUR"),
    ],
)
def test_a_wrong_side_file_is_refused(tmp_path, text, expected):
    path = tmp_path / "v.csv"
    path.write_text("client;date;montant\na;31/01/2024;1\n", encoding="utf-8")
    side_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(GrcError, match=expected) as caught:
        load(path)
    assert "v.csv.grc.toml" in str(caught.value)


def test_the_default_of_every_option_is_one_of_its_choices():
    assert all(option.default in (None, *option.choices) for option in OPTIONS.values())

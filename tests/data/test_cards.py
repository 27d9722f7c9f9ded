"""Cards: they agree with the files they describe, and a mistake in one is named in French."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.cards import NATURES, list_cards, read_card
from grc_helpers.errors import GrcError

ROOT = Path(__file__).resolve().parents[2]
DATASETS = ROOT / "datasets"
NAMES = sorted(path.name for path in DATASETS.iterdir() if path.is_dir() and path.name[0] not in "_.")
CARDS = {name: read_card(name) for name in NAMES}
FILES = [(card, item) for card in CARDS.values() for item in card.files]
each_card = pytest.mark.parametrize("card", CARDS.values(), ids=NAMES)
each_file = pytest.mark.parametrize(("card", "item"), FILES, ids=[f"{c.name}/{i.file}" for c, i in FILES])


@pytest.fixture(scope="module")
def build():
    """The build script, as a module."""
    spec = importlib.util.spec_from_file_location("datasets_build", DATASETS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def schema(path: Path) -> pa.Schema:
    return pyarrow.csv.read_csv(path).schema if path.suffix == ".csv" else pq.read_schema(path)


def card_type(kind: pa.DataType) -> str:
    tests = {
        "string": pa.types.is_string,
        "int": pa.types.is_integer,
        "float": pa.types.is_floating,
        "date": pa.types.is_date,
        "timestamp": pa.types.is_timestamp,
        "bool": pa.types.is_boolean,
    }
    return next(name for name, test in tests.items() if test(kind))


# Card and files agree


def test_the_expected_data_sets_are_there(build):
    expected = "bilans cafes_merle caravan catsup cdnow champagne complete_journey cracker donations febrl"
    expected += " forbes2000 telecom"
    assert (
        expected.split() == NAMES == sorted([*build.BUILDERS, *build.FOLDERS]) == [card.name for card in list_cards()]
    )


@each_card
def test_the_card_lists_the_files_of_its_folder(card):
    present = {path.name for path in (DATASETS / card.name).iterdir() if path.is_file()} - {"README.md"}
    listed = [item.file for item in card.files]
    assert len(listed) == len(set(listed)) and set(listed) == present


def test_only_the_simulated_firm_has_sub_folders_and_its_card_lists_their_files_with_checksums():
    below = {path.relative_to(DATASETS).as_posix(): path for path in DATASETS.glob("*/*/*")}
    assert {"/".join(name.split("/")[:2]) for name in below} == {"cafes_merle/sources", "cafes_merle/verite"}
    text = (DATASETS / "cafes_merle" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `((?:sources|verite)/[^`]+)` \| [\d\u202f]+ \| (.+) \| `([0-9a-f]{64})` \|$", text, re.M)
    told = {f"cafes_merle/{name}": checksum for name, note, checksum in rows if len(note) > 3}
    assert told == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in below.items()}


@each_file
def test_columns_are_those_of_the_file_in_order(card, item):
    found = [(field.name, card_type(field.type)) for field in schema(card.path(item.file))]
    assert [(column.name, column.type) for column in item.columns] == found


@each_file
def test_rows_and_checksum_are_those_of_the_file(card, item):
    path = card.path(item.file)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == item.sha256
    rows = pyarrow.csv.read_csv(path).num_rows if path.suffix == ".csv" else pq.read_metadata(path).num_rows
    assert rows == item.rows


@each_card
def test_the_card_says_what_is_needed(card):
    assert card.nature in NATURES
    texts = [card.title, card.summary, card.source, card.licence, card.citation, card.made, card.privacy]
    assert all(isinstance(text, str) and len(text) > 20 for text in texts)
    assert card.defects and all(len(defect) > 20 for defect in card.defects)
    assert card.currency is None or re.fullmatch("[A-Z]{3}", card.currency)
    assert card.notebooks == tuple(sorted(card.notebooks))
    assert all(re.fullmatch(r"\d\d", number) for number in card.notebooks)
    for item in card.files:
        assert all(len(column.label) > 3 and column.label[0].isupper() for column in item.columns)
        assert all(column.unit is None or column.unit.strip() for column in item.columns)


@each_card
def test_the_text_of_the_card_is_set_in_french(card):
    text = (DATASETS / card.name / "README.md").read_text(encoding="utf-8")
    assert "à compléter" not in text
    wrong = re.findall(r".{0,20}(?: [;:!?%»]|« |\d \d{3}\b|\d [$€]).{0,10}", text)
    assert not wrong, wrong
    assert re.search(r"^# ", text, re.M) and "## Ce qu'il peut dire, et ce qu'il ne peut pas dire" in text


def test_natures_are_those_of_the_course():
    natures = {card.name: card.nature for card in CARDS.values()}
    assert natures.pop("complete_journey") == "disputée"
    assert natures.pop("telecom") == natures.pop("cafes_merle") == "fictive"
    assert natures.pop("febrl") == "artificielle"
    assert set(natures.values()) == {"réelle"}


def test_all_the_data_weigh_less_than_25_megabytes():
    assert sum(path.stat().st_size for path in DATASETS.rglob("*") if path.is_file()) < 25e6


# Errors


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(GrcError) as error:
        read_card("CDNNOW")
    assert "« CDNNOW » n'existe pas" in str(error.value)
    assert "vouliez-vous dire « cdnow » ? jeux disponibles : bilans, cafes_merle, caravan, " in str(error.value)


def test_a_path_is_not_a_name():
    with pytest.raises(GrcError, match="n'existe pas"):
        read_card("../datasets/cdnow")


def test_an_unknown_file_is_refused_with_a_suggestion():
    with pytest.raises(GrcError) as error:
        CARDS["complete_journey"].path("product.parquet")
    assert "« complete_journey » n'a pas de fichier « product.parquet »" in str(error.value)
    assert "vouliez-vous dire « products.parquet » ?" in str(error.value)


MISTAKES = {
    "no front matter": ("---\nname", "name", "l'en-tête entre deux lignes « --- » manque"),
    "broken yaml": ("nature: réelle", "nature: [réelle", "while parsing"),
    "missing key": ("currency: USD\n", "", "la carte : clé absente « currency »"),
    "unknown key": ("currency: USD", "currency: USD\nmonnaie: USD", "la carte : clé inconnue « monnaie »"),
    "nature": ("nature: réelle", "nature: vraie", "nature « vraie » inconnue ; admises : réelle, disputée"),
    "type": ("type: date", "type: jour", "colonne « date » : type « jour » inconnu"),
    "column": ("name: date, type: date, ", "name: date, ", "clé absente « type »"),
    "name": ("name: cdnow", "name: cdnou", "vaut « cdnou », le dossier s'appelle « cdnow »"),
    "not a list": ("files:\n", "files: null\nautres:\n", "la clé « files » manque ou n'est pas une liste"),
    "transactions file": (
        "  file: transactions.parquet\n  customer",
        "  file: t.csv\n  customer",
        "« t.csv » n'est pas",
    ),
    "transactions column": (
        "amount: dollar_value",
        "amount: montant",
        "colonne absente de « transactions.parquet » : montant",
    ),
    "dates": ("observation_end: 1998-06-30", "observation_end: 30/06/1998", "s'écrivent 1997-01-31"),
    "dates order": ("observation_end: 1998-06-30", "observation_end: 1996-06-30", "vient après observation_end"),
}


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_malformed_card_is_refused(tmp_path, monkeypatch, old, new, expected):
    text = (DATASETS / "cdnow" / "README.md").read_text(encoding="utf-8")
    assert old in text
    card = tmp_path / "datasets" / "cdnow" / "README.md"
    card.parent.mkdir(parents=True)
    card.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setenv("GRC_HOME", str(tmp_path))
    with pytest.raises(GrcError) as error:
        read_card("cdnow")
    assert "La carte du jeu de données « cdnow » est mal formée." in str(error.value)
    assert "datasets/cdnow/README.md" in str(error.value) and expected in str(error.value)


# The data are found wherever the workbook lies


@pytest.mark.parametrize("with_home", [False, True], ids=["beside the package", "GRC_HOME"])
def test_a_read_only_copy_in_a_folder_with_spaces_and_accents(tmp_path, with_home):
    home = tmp_path / "Dossier été à lire"
    package = tmp_path / "ailleurs" if with_home else home
    shutil.copytree(ROOT / "grc_helpers", package / "grc_helpers", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DATASETS / "champagne", home / "datasets" / "champagne")
    before = sorted(home.rglob("*"))
    for path in [home, *before]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    environment = {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    if with_home:
        environment["GRC_HOME"] = str(home)
    code = (
        "from grc_helpers.data.cards import read_card\n"
        "path = read_card('champagne').path('champagne.csv')\n"
        "print(path)\n"
        "print(path.read_text().splitlines()[1])\n"
    )
    try:
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.splitlines() == [str(home / "datasets" / "champagne" / "champagne.csv"), "0,400"]
        assert sorted(home.rglob("*")) == before
    finally:
        for path in [home, *before]:
            path.chmod(0o755)


def test_data_are_found_from_any_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_card("champagne").path("champagne.csv").is_file()


# The build script


@pytest.mark.skipif(sys.platform != "linux", reason="equal bytes are promised under the lock on Linux only")
@pytest.mark.parametrize(
    ("card", "item"),
    [(card, item) for card, item in FILES if item.rows < 200_000],  # the large table takes ten seconds
    ids=[f"{card.name}/{item.file}" for card, item in FILES if item.rows < 200_000],
)
def test_encoding_again_gives_the_same_bytes(build, card, item):
    stored = card.path(item.file).read_bytes()
    assert build.encode(item.file, build.decode(item.file, stored)) == stored


@pytest.mark.skipif(sys.platform != "linux", reason="equal bytes are promised under the lock on Linux only")
def test_the_firm_of_the_course_is_what_the_simulator_makes(build, capsys):
    assert build.build_folder("cafes_merle", check=True) == [], capsys.readouterr().out


def test_a_folder_made_whole_is_compared_then_written_and_tidied(build, tmp_path, monkeypatch):
    def make(folder: Path) -> None:
        (folder / "sous").mkdir(parents=True)
        (folder / "a.txt").write_text("a", encoding="utf-8")
        (folder / "sous" / "b.txt").write_text("b", encoding="utf-8")

    monkeypatch.setattr(build, "HERE", tmp_path)
    monkeypatch.setattr(build, "FOLDERS", {"x": make})
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text("z", encoding="utf-8")
    (tmp_path / "x" / "c.txt").touch()
    found = ["x/a.txt : contenu différent", "x/sous/b.txt : absent", "x/c.txt : en trop"]
    assert build.build_folder("x", check=True) == found
    assert build.build_folder("x", check=False) == []
    assert build.build_folder("x", check=True) == []


def test_refreshing_a_card_moves_two_lines_only(build, tmp_path):
    card = tmp_path / "README.md"
    shutil.copy(DATASETS / "complete_journey" / "README.md", card)
    before = card.read_text(encoding="utf-8").splitlines()
    build.refresh_card(card, "coupons.parquet", 12, "abc")
    after = card.read_text(encoding="utf-8").splitlines()
    changed = [(old.strip(), new.strip()) for old, new in zip(before, after, strict=True) if old != new]
    assert changed[0] == ("rows: 116204", "rows: 12")
    assert [new for _, new in changed] == ["rows: 12", 'sha256: "abc"']
    with pytest.raises(SystemExit, match="introuvable"):
        build.refresh_card(card, "inconnu.csv", 1, "abc")


def test_a_file_is_compared_by_bytes_then_by_content(build, tmp_path):
    table = pa.table({"a": ["x", "y"], "n": [1, 2]})
    path, content = tmp_path / "t.parquet", build.encode("t.parquet", table)
    assert build.compare(path, content) == "absent"
    build.replace_file(path, content)
    assert build.compare(path, content) == "" and [item.name for item in tmp_path.iterdir()] == ["t.parquet"]
    pq.write_table(table, path)
    assert build.compare(path, content).startswith("même contenu")
    pq.write_table(table.slice(1), path)
    assert build.compare(path, content) == "contenu différent"


def test_a_missing_package_is_named_with_the_command_to_type(build, tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("un-paquet-absent==1.0 \\\n", encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    with pytest.raises(SystemExit) as error:
        build.check_versions()
    assert "un-paquet-absent 1.0 (trouvé : absent)" in str(error.value)
    assert "pip install --no-deps -r datasets/requirements.txt" in str(error.value)
    with pytest.raises(SystemExit, match="n'est pas installé"):
        build.package_dir("un_paquet_absent")

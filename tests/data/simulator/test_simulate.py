"""The whole run: same seed, same bytes; card, readers, truth, command line, scale."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from grc_helpers.classroom.cli import main
from grc_helpers.data.cards import read_folder_card
from grc_helpers.data.loading import load, read_table
from grc_helpers.data.schemas import validated
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.simulate import simulate
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a small folder, and the calls of its progress."""
    calls = []
    folder = simulate(
        SimulationConfig(seed=42, customers=500), tmp_path_factory.mktemp("f") / "ma firme", lambda *c: calls.append(c)
    )
    assert [done for done, *_ in calls] == list(range(len(calls))) and calls[-1][0] == calls[-1][1]
    assert all(step for *_, step in calls)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folder, tmp_path):
    again = contents(simulate(SimulationConfig(seed=42, customers=500), tmp_path / "1" / folder.name))
    assert again == contents(folder)
    other = contents(simulate(SimulationConfig(seed=43, customers=500), tmp_path / "2" / folder.name))
    fixed = {name for name in again if again[name] == other[name]}
    assert set(other) == set(again) and {"ventes.parquet", "lignes.parquet", "clients.parquet", "README.md"}.isdisjoint(
        fixed
    )


def test_the_bytes_do_not_depend_on_hashing(folder, tmp_path):
    code = (
        "from pathlib import Path; import sys\n"
        "from grc_helpers.data.simulator.config import SimulationConfig\n"
        "from grc_helpers.data.simulator.simulate import simulate\n"
        "simulate(SimulationConfig(seed=42, customers=500), Path(sys.argv[1]))"
    )
    root = Path(__file__).resolve().parents[3]
    environment = {
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(root),
        "PATH": "",
        "TZ": "Asia/Tokyo",
        "OMP_NUM_THREADS": "1",
    }
    out = tmp_path / folder.name
    subprocess.run([sys.executable, "-c", code, str(out)], env=environment, check=True, cwd=tmp_path)
    assert contents(out) == contents(folder)


def test_the_card_describes_every_table_and_every_setting(folder):
    card = read_folder_card(folder)
    present = {path.name for path in folder.glob("*.parquet")}
    assert {item.file for item in card.files} == present and card.nature == "fictive"
    for item in card.files:
        schema = pq.read_schema(folder / item.file)
        assert [column.name for column in item.columns] == schema.names
        assert pq.read_metadata(folder / item.file).num_rows == item.rows
        assert all(column.label[0].isupper() for column in item.columns)
    text = (folder / "README.md").read_text(encoding="utf-8")
    for name in ("card_effect", "multichannel_effect", "seed", "web_opening"):
        assert f"| `{name}` |" in text
    assert "4 mars 2024" in text and "500\u202fEUR" not in text
    hidden = set(re.findall(r"`(verite/\w+\.parquet|sources/[\w.]+)`", text))
    assert hidden == {
        path.relative_to(folder).as_posix() for place in ("verite", "sources") for path in (folder / place).glob("*")
    }
    assert not re.findall(r".{0,20}(?: [;:!?%»]|« |\d \d{3}\b|\d [$€]).{0,10}", text)


def test_the_folder_loads_like_a_course_data_set(folder, monkeypatch):
    dataset = load(folder)
    counts = dataset.counts()
    assert (dataset.name, dataset.nature, dataset.currency) == ("ma firme", "fictive", "EUR")
    assert counts.customers == 500 and counts.negative_rows == counts.zero_rows == 0
    assert len(read_table(folder, "clients.parquet")) == 500
    monkeypatch.chdir(folder.parent)
    assert load("ma firme").counts() == counts


@pytest.mark.parametrize("kind", ["contracts", "contacts", "survey"])
def test_the_folder_loads_as_other_kinds_of_table(folder, kind):
    dataset = load(folder, kind=kind)
    assert dataset.kind == kind and len(validated(collect(dataset.table), kind)) == dataset.counts().rows > 20
    assert ("recommendation" in dataset.scales) == (kind == "survey")


def test_keys_are_whole(folder):
    sales, lines, clients = (read_table(folder, f"{name}.parquet") for name in ("ventes", "lignes", "clients"))
    assert set(sales["customer_id"]) == set(clients["customer_id"]) and set(lines["order_id"]) == set(sales["order_id"])
    assert set(lines["product_id"]) <= set(read_table(folder, "produits.parquet")["product_id"])
    assert set(read_table(folder, "contrats.parquet")["customer_id"]) <= set(clients["customer_id"])
    total = lines.groupby("order_id")["amount"].sum().reindex(sales["order_id"])
    assert abs(total.to_numpy() - sales["amount"].to_numpy()).max() < 0.005


def test_nothing_latent_is_written_outside_the_truth(folder):
    latent = set(read_truth(folder, "clients").columns) - set(read_table(folder, "clients.parquet").columns)
    assert {"rate", "dropout", "spend_mean", "theta", "uplift_type", "lifetime_end", "share_of_wallet"} <= latent
    for path in folder.glob("*.parquet"):
        allowed = {"sex", "shop", "satisfaction"} if path.stem != "clients" else set()
        assert not (latent - allowed) & set(pq.read_schema(path).names), path.name


@pytest.mark.parametrize("how", ["load", "read_table", "folder", "from inside"])
def test_the_truth_is_read_by_read_truth_only(folder, how, monkeypatch):
    monkeypatch.chdir(folder / "verite")
    calls = {
        "load": lambda: load(folder / "verite" / "clients.parquet"),
        "read_table": lambda: read_table(folder, "verite/clients.parquet"),
        "folder": lambda: load(folder / "verite"),
        "from inside": lambda: load("clients.parquet"),
    }
    with pytest.raises(GrcError, match="la vérité se lit avec read_truth"):
        calls[how]()
    effects = read_truth(folder, "effets").set_index("name")["value"]
    assert (effects["card_effect"], effects["seed"]) == ("0.06", "42")


def test_what_read_truth_refuses(folder):
    with pytest.raises(GrcError, match="vouliez-vous dire « clients »"):
        read_truth(folder, "client")
    with pytest.raises(GrcError, match="« cdnow » n'a pas de vérité connue"):
        read_truth("cdnow", "clients")


def test_a_users_own_folder_called_verite_is_not_refused(tmp_path):
    path = tmp_path / "verite" / "ventes.csv"
    path.parent.mkdir()
    path.write_text("customer_id,date,amount\na,2024-01-31,12.5\n", encoding="utf-8")
    assert load(path).counts().rows == 1


def test_the_command_writes_a_firm_and_says_where(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.toml").write_text("card_effect = 0.2\ncustomers = 60\n", encoding="utf-8")
    assert main(["simulate", "--config", "r.toml", "--seed", "1", "--customers", "50", "--out", "d"]) == 0
    assert "✔ d" in capsys.readouterr().out
    effects = read_truth("d", "effets").set_index("name")["value"]
    assert effects[["card_effect", "customers", "seed"]].tolist() == ["0.2", "50", "1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "r.toml"]
    assert main(["simulate", "--out", "d"]) == 2
    assert "existe déjà" in capsys.readouterr().err
    assert main(["simulate"]) == 2 and "--out mes_donnees" in capsys.readouterr().err
    assert main(["simulate", "--list", "--seed", "9"]) == 0
    said = capsys.readouterr().out
    assert "seed = 9" in said and "multichannel_effect = 0.0" in said


def test_five_thousand_customers_in_seconds(tmp_path):
    start = time.perf_counter()
    folder = simulate(SimulationConfig(seed=42), tmp_path / "a")
    assert time.perf_counter() - start < 60  # some 5 s on two quiet cores
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 6e6


@pytest.mark.complet
def test_a_million_customers_in_two_gigabytes(tmp_path):
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from grc_helpers.data.simulator.config import SimulationConfig\n"
        "from grc_helpers.data.simulator.simulate import simulate\n"
        "simulate(SimulationConfig(customers=1_000_000, tables='coeur'), Path(sys.argv[1]))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    root = Path(__file__).resolve().parents[3]
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "m")], capture_output=True, text=True, check=True, cwd=root
    )
    assert int(run.stdout) < 2_000_000  # kilobytes
    sales = pq.ParquetFile(tmp_path / "m" / "ventes.parquet")
    assert 8_500_000 < sales.metadata.num_rows < 11_500_000
    ids = pd.concat(
        [sales.read_row_group(group, columns=["order_id"]).to_pandas() for group in (0, 1, sales.num_row_groups - 1)]
    )
    assert ids["order_id"].is_unique

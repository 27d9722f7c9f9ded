"""The lines of orders: course data sets and users' files give the same columns."""

import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.product_lines import product_lines
from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError

FILE = """Client;Date;Montant;Commande;Article;Famille
1;31/01/2025;10,00;C1;Moka;café
1;31/01/2025;5,00;C1;Tasse;objet
2;01/02/2025;-5,00;C2;Tasse;objet
2;01/02/2025;1,00;C2;;objet
"""


def _lines(tmp_path, text):
    path = tmp_path / "ventes.csv"
    path.write_text(text, encoding="utf-8")
    data = load(path)
    return data, collect(product_lines(data))


def test_a_file_with_products(tmp_path):
    data, lines = _lines(tmp_path, FILE)
    assert list(lines) == ["customer_id", "date", "order_id", "product", "category", "amount"]
    assert lines["product"].tolist() == ["Moka", "Tasse", "Tasse"] and lines["amount"].tolist() == [10.0, 5.0, -5.0]
    assert data.names["product"] == "Article" and data.names["category"] == "Famille"
    assert "Lignes sans produit : 1, gardées ; l'analyse des paniers ne les compte pas." in data.reading.notes
    assert "catégorie = « Famille »" in dict(data.reading.facts)["Colonnes"]


def test_without_orders_a_day_is_an_order_and_a_category_does_for_a_product(tmp_path):
    lines = _lines(tmp_path, "Client;Date;Montant;Rayon\n1;31/01/2025;10,00;thé\n1;01/02/2025;5,00;café\n")[1]
    assert lines["order_id"].tolist() == ["1 2025-01-31", "1 2025-02-01"]
    assert lines["product"].tolist() == lines["category"].tolist() == ["thé", "café"]


def test_several_columns_could_be_the_product_and_the_best_name_wins(tmp_path):
    data = _lines(tmp_path, "Client;Date;Montant;SKU;Produit;Article\n1;31/01/2025;10,00;12;Moka;M\n")[0]
    assert data.names["product"] == "Produit" and {"SKU", "Article"} <= set(data.table.columns)


@pytest.mark.parametrize(("name", "orders"), [("complete_journey", 155_848), ("cafes_merle", 47_262)])
def test_the_lines_of_the_course_add_up_to_its_transactions(name, orders):
    data = load(name)
    lines = product_lines(data)
    assert {"customer_id", "date", "order_id", "product", "category", "amount_cents"} <= set(lines.columns)
    sums = lines.agg(cents=lines.amount_cents.sum(), orders=lines.order_id.nunique()).to_pyarrow().to_pylist()[0]
    assert sums == {"cents": data.table.amount_cents.sum().to_pyarrow().as_py(), "orders": orders}


def test_sales_without_products_are_refused(tmp_path):
    path = tmp_path / "ventes.csv"
    path.write_text("Client;Date;Montant\n1;31/01/2025;10,00\n", encoding="utf-8")
    for data in (load(path), load("cdnow")):
        with pytest.raises(GrcError, match="ne disent pas ce qui a été acheté"):
            product_lines(data)

"""What the tests of reading share: an engine, files loaded with options, refusals, rows."""

import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.warehouse import connect
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def connection():
    return connect(threads=1)


@pytest.fixture
def load_with(connection):
    """Load a file, with options of reading whose dots are written as two underscores."""

    def load_with(path, kind="transactions", **options):
        options = {name.replace("__", "."): value for name, value in options.items()}
        return load(path, kind=kind, connection=connection, options=options)

    return load_with


@pytest.fixture
def read(tmp_path, load_with):
    """Write a text file and load it, with options of reading."""

    def read(content: str | bytes, name: str = "v.csv", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_with(path, **options)

    return read


@pytest.fixture
def refusal(read):
    """Load a file that must be refused (as the module's ``read`` does); return the message."""

    def refusal(*arguments, **options) -> str:
        with pytest.raises(GrcError) as caught:
            read(*arguments, **options)
        assert caught.value.todo, "a refusal says what to do"
        return str(caught.value)

    return refusal


@pytest.fixture(scope="session")
def rows():
    """Return the rows of a loaded table, as tuples of some columns (a transactions table's own unless told)."""

    def rows(dataset, *columns: str) -> list[tuple]:
        table = dataset.table.select(*(columns or ("customer_id", "date", "amount_cents")))
        return [tuple(row.values()) for row in table.to_pyarrow().to_pylist()]

    return rows

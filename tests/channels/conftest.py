"""The simulated firm's tables, read once."""

import pytest

from grc_helpers.channels.firm import read_firm


@pytest.fixture(scope="session")
def merle():
    return read_firm()

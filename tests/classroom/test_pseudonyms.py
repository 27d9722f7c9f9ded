"""Pseudonyms: the same for the same customer and key, unreadable without the key."""

import stat
import sys

import pytest

from grc_helpers.classroom.pseudonyms import KEY_VARIABLE, PATTERN, pseudonym, report_key, shown

KEY, OTHER = "00" * 32, "11" * 32


def test_a_customer_keeps_one_pseudonym_under_a_key():
    assert pseudonym("00017", KEY) == pseudonym("00017", KEY)
    assert PATTERN.fullmatch(pseudonym("00017", KEY))
    assert pseudonym("00017", KEY) != pseudonym("17", KEY)


def test_other_customers_and_other_keys_give_other_pseudonyms():
    assert len({pseudonym(f"{n:05}", KEY) for n in range(20_000)}) == 20_000
    assert pseudonym("00017", KEY) != pseudonym("00017", OTHER)


def test_a_notebook_shows_identifiers_at_work_and_pseudonyms_in_a_report(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert shown(17) == "17"
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    assert shown(17) == pseudonym("17", KEY)


def test_the_key_is_made_once_and_kept_for_its_owner(tmp_path):
    folder = tmp_path / ".cache"
    key = report_key(folder)
    assert len(bytes.fromhex(key)) == 32
    assert report_key(folder) == key != report_key(tmp_path / "ailleurs")
    if sys.platform != "win32":
        assert stat.S_IMODE((folder / "pseudonymes.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "pas une clé"])
def test_a_damaged_key_is_not_trusted(tmp_path, content):
    (tmp_path / "pseudonymes.key").write_text(content)
    assert len(bytes.fromhex(report_key(tmp_path))) == 32


def test_where_nothing_can_be_kept_the_key_serves_once(tmp_path):
    (tmp_path / "fichier").write_text("")
    assert report_key(tmp_path / "fichier") != report_key(tmp_path / "fichier")

"""A file is replaced whole, or not at all."""

import os

import pytest

from grc_helpers.classroom.files import write_atomically


def test_a_file_is_written_with_its_folder(tmp_path):
    write_atomically(tmp_path / "un" / "page.html", b"entier")
    assert (tmp_path / "un" / "page.html").read_bytes() == b"entier"
    assert os.listdir(tmp_path / "un") == ["page.html"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_stops_leaves_the_former_file_and_no_draft(tmp_path, monkeypatch, step):
    path = tmp_path / "page.html"
    write_atomically(path, b"ancien")

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, stop)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"nouveau")
    assert path.read_bytes() == b"ancien"
    assert os.listdir(tmp_path) == ["page.html"]

"""Answers of notebook 01 found by hand."""

import pytest

from grc_helpers.classroom.answers import ch01


@pytest.fixture(scope="module", params=["cafes_merle", "cdnow"])
def chapter(request):
    from grc_helpers import open_chapter

    return open_chapter("01", dataset=request.param)


def test_the_published_figure_of_coca_cola(chapter):
    """Equity 27.5 billion, market value 253.9: 89 % is not in the books."""
    assert ch01.off_balance(chapter) == pytest.approx(0.89, abs=0.005)

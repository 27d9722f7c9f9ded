"""Groups too small to be shown: what a report on a reader's own file hides in a table that counts customers.

A count under the smallest group allowed is hidden, with the other numbers of its line (a mean or a share of three
persons tells of each of them); so is the next smallest one when a total would give the first away by difference.
"""

from __future__ import annotations

import os

import pandas as pd

from grc_helpers.classroom.columns import counts_people

SMALLEST = 5
VARIABLE = "GRC_SMALLEST_GROUP"
HIDDEN = "caché"


def smallest_group(nature: str) -> int:
    """Return the smallest group that may be shown: 0 (any) but in the report of a reader's own file.

    Parameters
    ----------
    nature : str
        Of the data set in use.
    """
    return int(os.environ.get(VARIABLE) or 0) if nature == "vôtre" else 0


def hidden_cells(frame: pd.DataFrame, *, smallest: int, people: bool = False) -> pd.DataFrame:
    """Tell which cells of a table are not to be shown.

    Parameters
    ----------
    frame : pandas.DataFrame
        One group a row. Its whole columns named in ``columns.PEOPLE`` count customers.
    smallest : int
        Smallest count that is shown.
    people : bool
        Every number of the table counts customers.

    Returns
    -------
    pandas.DataFrame
        Booleans, in the shape of the table.
    """
    from grc_helpers.identity.privacy import suppress

    numbers = [name for name in frame if pd.api.types.is_numeric_dtype(frame[name])]
    counted = [name for name in numbers if people or counts_people(name, frame[name])]
    hidden = pd.DataFrame(False, frame.index, frame.columns)
    if smallest and counted:
        counts = frame[counted].fillna(0)
        hidden[counted] = suppress(counts, k=smallest).isna()
        told = [name for name in numbers if name not in counted]
        hidden[told] = hidden[told].apply(lambda column: column | hidden[counted].any(axis=1))
    return hidden


def warning(smallest: int) -> str:
    """Return what is said under a table in which something is hidden."""
    return f"« {HIDDEN} » : groupe de moins de {smallest} clients, ou groupe qui le ferait deviner par différence."

"""The small examples of the papers, on which results are published."""

import numpy as np
from scipy.sparse import csr_matrix

from grc_helpers.patterns.baskets import Baskets

AGRAWAL = ({1, 3, 4}, {2, 3, 5}, {1, 2, 3, 5}, {2, 5})  # Agrawal & Srikant 1994
TAN = (  # Tan, Steinbach & Kumar 2005
    {"pain", "lait"},
    {"pain", "couches", "bière", "œufs"},
    {"lait", "couches", "bière", "cola"},
    {"pain", "lait", "couches", "bière"},
    {"pain", "lait", "couches", "cola"},
)
PEI = tuple(  # Pei et al. 2001: <a(abc)(ac)d(cf)>, …; a word is a step
    [tuple(step) for step in text.split()] for text in ("a abc ac d cf", "ad c bc ae", "ef ab df c b", "e g af c b c")
)


def toy_baskets(sets) -> Baskets:
    """Return baskets given as sets of items, each of a customer of its own."""
    items = sorted({item for basket in sets for item in basket})
    held = np.array([[item in basket for item in items] for basket in sets], dtype=np.int32)
    return Baskets(csr_matrix(held), np.array([str(item) for item in items], dtype=object), np.arange(len(sets)))

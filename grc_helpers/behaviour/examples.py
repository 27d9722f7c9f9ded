"""Small published tables on which ACP, AFC and ACM are checked in view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.behaviour.factorial import ca, mca, pca

# Eighteen cars: cylinder capacity (cm³), power (hp), length, width (cm), weight (kg), top speed (km/h). Saporta 2006.
CARS = """
1350 79 393 161 870 165; 1588 85 468 177 1110 160; 1294 68 424 168 1050 152; 1222 59 412 161 930 151
1585 98 439 164 1105 165; 1297 82 429 169 1080 160; 1796 79 449 169 1160 154; 1565 55 424 163 1010 140
2664 128 452 173 1320 180; 1166 55 399 157 815 140; 1570 109 428 162 1060 175; 1798 82 445 172 1160 158
1998 115 469 169 1370 160; 1993 98 438 170 1080 167; 1442 80 431 166 1129 144; 1769 83 440 165 1095 165
1979 100 459 173 1120 173; 1294 68 404 161 955 140
"""
# Hair (columns: black, brown, red, blond) by eyes (rows: brown, hazel, green, blue). Lebart, Morineau & Piron 1995.
EYES = [[68, 119, 26, 7], [15, 54, 14, 10], [5, 29, 14, 16], [20, 84, 17, 94]]
# Smoking (none, light, medium, heavy) by grade of staff. Greenacre 1984.
SMOKERS = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
# Six Burgundy wines (lines), ten judgements of three experts: yes, no, maybe. Abdi & Valentin 2007.
WINES = "onnonnnnnn nponoponoo noonooonoo noonoooooo onnonnnonn opnonpnonn"


def cars() -> pd.DataFrame:
    """Return the table of the eighteen cars."""
    rows = [line.split() for line in CARS.replace("\n", ";").split(";") if line.strip()]
    return pd.DataFrame(rows, columns=["CYL", "PUISS", "LONG", "LARG", "POIDS", "VMAX"]).astype(float)


def wines() -> pd.DataFrame:
    """Return the ten judgements of three experts on the six wines."""
    return pd.DataFrame([list(line) for line in WINES.split()]).add_prefix("jugement ")


def published_axes() -> list[tuple[str, str, float, float, int]]:
    """Return (identifier, label, published, ours, decimals) for eigenvalues and inertia printed in these sources."""
    car = np.asarray(pca(cars(), n_axes=6).eigenvalues_)
    eyes, smokers = (np.asarray(ca(pd.DataFrame(table), n_axes=3).eigenvalues_) for table in (EYES, SMOKERS))
    wine = np.asarray(mca(wines(), n_axes=4).eigenvalues_)
    return [
        ("ACP voitures 1", "Saporta, 18 voitures, première valeur propre", 4.4209, float(car[0]), 4),
        ("ACP voitures 2", "Saporta, 18 voitures, deuxième valeur propre", 0.8561, float(car[1]), 4),
        (
            "AFC yeux",
            "Lebart, Morineau et Piron, yeux et cheveux, part de l'axe 1 (%)",
            89.3727,
            float(100 * eyes[0] / eyes.sum()),
            4,
        ),
        ("AFC fumeurs", "Greenacre, fumeurs, première valeur propre", 0.074759, float(smokers[0]), 6),
        ("ACM vins", "Abdi et Valentin, six vins, première valeur propre", 0.8532, float(wine[0]), 4),
    ]

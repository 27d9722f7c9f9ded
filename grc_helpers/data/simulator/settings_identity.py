"""Settings of the sources: who is recorded where, and with which errors."""

from dataclasses import dataclass
from datetime import date

from grc_helpers.data.simulator.fields import setting


@dataclass(frozen=True, kw_only=True)
class IdentitySettings:
    """Stated truths of the source files."""

    couple_share: float = setting(0.85, "Part des couples possibles entre clients voisins", low=0.0, high=1.0)
    move_share: float = setting(0.11, "Part des particuliers qui déménagent pendant la période", low=0.0, high=1.0)
    rename_share: float = setting(0.04, "Part des femmes dont le nom change pendant la période", low=0.0, high=1.0)
    source_errors: float = setting(
        1.0, "Fautes des fichiers sources, en multiple de celles du cours", low=0.0, high=4.0
    )
    source_duplicates: float = setting(
        1.0, "Fiches en double dans un même fichier, en multiple du cours", low=0.0, high=4.0
    )
    phone_consent_from: date = setting(
        date(2025, 7, 1), "Premier jour où l'accord pour le téléphone est demandé et noté"
    )

"""The French rules that touch a file of customers, each with its text and its date, as read in November 2026.

For the opt-in by telephone, the wording of the article is quoted alike by several law firms; for tracking pixels, the
number and the dates of the deliberation are. The official pages were not at hand, nor any decree on the consent by
telephone: open them before you act.
"""

import pandas as pd

CHECKED = "novembre 2026"
CAUTION = (
    "Téléphone et pixels : termes, numéros et dates lus dans des articles de juristes, pas sur les sites officiels. "
    "Le décret que prévoit l'article L. 223-1 n'a pas été trouvé : cherchez-le."
)
RULES = (
    (
        "Finalité, minimisation, durée limitée",
        "RGPD (règlement UE 2016/679), art. 5",
        "applicable le 25 mai 2018",
        "dire pourquoi, ne prendre que l'utile, effacer",
    ),
    (
        "Profilage, décision automatisée",
        "RGPD, art. 21 et 22",
        "applicable le 25 mai 2018",
        "droit de s'opposer ; pas de décision lourde sans humain",
    ),
    (
        "Pseudonymiser n'est pas anonymiser",
        "RGPD, art. 4(5)",
        "applicable le 25 mai 2018",
        "qui a la clé retrouve la personne : la donnée reste personnelle",
    ),
    (
        "Prospection par e-mail et SMS",
        "CPCE, art. L. 34-5 (loi n° 2004-575 du 21 juin 2004, art. 22)",
        "22 juin 2004, modifié depuis",
        "accord préalable ; exception : client, produits analogues, refus simple",
    ),
    (
        "Prospection par téléphone",
        "C. conso., art. L. 223-1 (loi n° 2025-594 du 30 juin 2025, art. 13)",
        "en vigueur le 11 août 2026",
        "accord préalable, à prouver ; exception : contrat en cours, en rapport avec son objet",
    ),
    (
        "Durée de conservation",
        "CNIL, référentiel « gestion commerciale », délib. n° 2021-131",
        "23 septembre 2021",
        "prospection : trois ans après le dernier contact (repère)",
    ),
    (
        "Pixels dans les e-mails",
        "loi n° 78-17, art. 82 ; CNIL, recommandation, délib. n° 2026-042",
        "12 mars 2026, publiée le 14 avril, trois mois pour s'y conformer",
        "accord pour mesurer l'ouverture d'une personne, distinct de l'accord à recevoir ; exceptions : sécurité, tri "
        "des adresses inactives",
    ),
)


def rules() -> pd.DataFrame:
    """Return the rules: Règle, Texte, Date, Ce que cela demande."""
    return pd.DataFrame(RULES, columns=["Règle", "Texte", "Date", "Ce que cela demande"])

"""The register of sources: which file, which key, which column holds which field, and who in the firm keeps it."""

from dataclasses import dataclass
from pathlib import Path

from grc_helpers.errors import GrcError

FIELDS = {  # the fields of a person's record, and their French names
    "title": "civilité",
    "given_name": "prénom",
    "family_name": "nom",
    "full_name": "nom complet",
    "contact": "interlocuteur",
    "company": "société",
    "street": "adresse",
    "complement": "complément",
    "postcode": "code postal",
    "city": "ville",
    "phone": "téléphone",
    "mobile": "portable",
    "email": "e-mail",
    "birth_date": "naissance",
    "created": "créée le",
    "updated": "mise à jour",
}


@dataclass(frozen=True)
class Source:
    """One file of the firm.

    Attributes
    ----------
    name, label : str
        Short name and French label.
    file : str
        Name of the file in its folder.
    owner : str
        Service of the firm that keeps it (French).
    kind : str
        Which of the course's nine sources it is (French).
    key : str
        Column that identifies a record.
    columns : dict
        Column of each field of `FIELDS` that the file has.
    separator : str
        Separator of the columns of a text file.
    """

    name: str
    label: str
    file: str
    owner: str
    kind: str
    key: str
    columns: dict[str, str]
    separator: str = ";"


SOURCES = (
    Source(
        "caisse_carte",
        "Caisse et carte",
        "caisse_carte.csv",
        "boutiques",
        "cartes de fidélité",
        "N° fiche",
        {
            **{"title": "Civ.", "given_name": "Prénom", "family_name": "Nom", "street": "Adresse", "city": "Ville"},
            **{"complement": "Complément", "postcode": "CP", "phone": "Tél.", "email": "E-mail"},
            **{"birth_date": "Né(e) le", "created": "Créée le", "updated": "Modifiée le"},
        },
    ),
    Source(
        "comptes_web",
        "Comptes du site",
        "comptes_web.csv",
        "site",
        "internet",
        "compte",
        {
            **{"given_name": "prenom", "family_name": "nom", "company": "societe", "email": "email"},
            **{"phone": "telephone", "street": "adresse", "complement": "complement", "postcode": "code_postal"},
            **{"city": "ville", "birth_date": "date_naissance", "created": "cree_le", "updated": "derniere_connexion"},
        },
        ",",
    ),
    Source(
        "telephone_crm",
        "Téléphone et commerciaux",
        "telephone_crm.xlsx",
        "commerciaux",
        "force de vente, centre d'appels",
        "Réf.",
        {
            **{"full_name": "Client", "contact": "Contact", "street": "Adresse", "postcode": "CP", "city": "Ville"},
            **{"phone": "Téléphone", "mobile": "Portable", "email": "Courriel"},
            **{"created": "Créé le", "updated": "Modifié le"},
        },
    ),
    Source(
        "enquete",
        "Enquête",
        "enquete.csv",
        "marketing",
        "questionnaires",
        "Réponse",
        {
            **{"given_name": "Prénom", "family_name": "Nom (facultatif)", "email": "Adresse e-mail"},
            **{"postcode": "Code postal", "birth_date": "Année de naissance", "created": "Date"},
        },
        "\t",
    ),
    Source(
        "service",
        "Service après-vente",
        "service.csv",
        "service après-vente",
        "SAV",
        "Dossier",
        {
            **{"full_name": "Demandeur", "company": "Société", "phone": "Téléphone", "email": "Courriel"},
            **{"postcode": "Code postal", "created": "Ouvert le"},
        },
    ),
    Source(
        "fichier_externe",
        "Fichier acheté",
        "fichier_externe.parquet",
        "marketing",
        "bases de données externes",
        "id_fiche",
        {
            **{"title": "civilite", "given_name": "prenom", "family_name": "nom", "street": "voie", "city": "commune"},
            **{"complement": "complement", "postcode": "code_postal", "birth_date": "naissance"},
            **{"phone": "telephone", "updated": "mise_a_jour"},
        },
    ),
)


def source(name: str) -> Source:
    """Return the source of that name."""
    for item in SOURCES:
        if item.name == name:
            return item
    raise GrcError(
        f"La source « {name} » n'est pas au registre.",
        todo="choisissez parmi : " + ", ".join(item.name for item in SOURCES),
    )


def sources_dir(dataset: str | Path) -> Path:
    """Return the folder of the sources of a course data set (by name) or of a simulated firm (by path)."""
    from grc_helpers.data.loading import is_path
    from grc_helpers.data.paths import datasets_dir

    folder = (Path(dataset).expanduser() if is_path(dataset) else datasets_dir() / str(dataset)) / "sources"
    if not folder.is_dir():
        raise GrcError(
            f"Le jeu « {dataset} » n'a pas de fichiers sources.",
            where=f"dossier cherché : « {folder} »",
            todo="choisissez le jeu cafes_merle, ou un dossier fait par « grc simulate »",
        )
    return folder


def has_sources(dataset: str | Path) -> bool:
    """Tell whether a data set has a folder of sources (a file that misses in it is told by `reading`)."""
    try:
        return sources_dir(dataset).is_dir()
    except GrcError:
        return False

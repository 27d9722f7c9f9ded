"""What is compared, and how finely: the comparisons of customers' records, and those of FEBRL, in Splink's terms.

A household's address and landline make one comparison, because they agree together; e-mails only agree when they are
the same: made of the name half of the time, two e-mails that look alike would count the name twice.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Specification:
    """How to link one kind of records.

    Attributes
    ----------
    key : str
        Column that identifies a record.
    comparisons : tuple
        (name, field of tf adjustment or "", levels): each level is (SQL condition, French label) and, when it is stated
        and not found by EM, m; the first one says that nothing can be compared, "" is everything else.
    blocks : tuple of tuple of str
        Pairs of records that agree on all the expressions of one of these are compared.
    sure : tuple of tuple of str
        Agreements that only true pairs have, near enough: they give the prior, with ``recall``.
    recall : float
        Share of the true pairs that ``sure`` finds, stated.
    training : tuple of tuple of str
        EM runs once inside each of these blocks.
    """

    key: str
    comparisons: tuple
    blocks: tuple[tuple[str, ...], ...]
    sure: tuple[tuple[str, ...], ...]
    recall: float
    training: tuple[tuple[str, ...], ...]


def _absent(*columns: str) -> tuple[str, str]:
    return " OR ".join(f"{column}_l IS NULL OR {column}_r IS NULL" for column in columns), "absent"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


GIVEN_NAME = (
    "prénom",
    "given_name",
    (
        _absent("given_name"),
        (_same("given_name"), "identique"),
        (
            "least(length(given_name_l), length(given_name_r)) <= 3 AND left(given_name_l, 1) = left(given_name_r, 1)",
            "initiale ou diminutif court",
        ),
        ("jaro_winkler_similarity(given_name_l, given_name_r) >= 0.88", "presque identique"),
        ("left(given_name_l, 3) = left(given_name_r, 3)", "même début"),
        ("", "différent"),
    ),
)
FAMILY_NAME = (
    "nom",
    "family_name",
    (
        _absent("family_name"),
        (_same("family_name"), "identique"),
        ("jaro_winkler_similarity(family_name_l, family_name_r) >= 0.9", "presque identique"),
        ("family_name_l = given_name_r OR given_name_l = family_name_r", "échangé avec le prénom"),
        ("", "différent"),
    ),
)
BIRTH = (
    "naissance",
    "",
    (
        _absent("birth_year"),
        (_same("birth_date"), "même jour"),
        (
            "birth_date_l IS NOT NULL AND birth_date_r IS NOT NULL "
            "AND damerau_levenshtein(birth_date_l, birth_date_r) <= 2",
            "presque le même jour",
        ),
        (_same("birth_year"), "même année"),
        ("", "différente"),
    ),
)
HOUSEHOLD = (
    "foyer",
    "",
    (
        ("(postcode_l IS NULL OR postcode_r IS NULL) AND (landline_l IS NULL OR landline_r IS NULL)", "absent"),
        (
            "landline_l = landline_r OR (street_l = street_r AND number_l = number_r AND postcode_l = postcode_r)",
            "même adresse ou même fixe",
        ),
        (
            "number_l = number_r AND postcode_l = postcode_r AND jaro_winkler_similarity(street_l, street_r) > 0.9",
            "presque la même adresse",
        ),
        ("postcode_l = postcode_r AND (street_l IS NULL OR street_r IS NULL)", "même code postal, rue absente"),
        (_same("postcode"), "même code postal, autre rue"),
        ("", "autre code postal"),
    ),
)
MOBILE = ("portable", "", (_absent("mobile"), (_same("mobile"), "identique"), ("", "différent")))
EMAIL = (
    "e-mail",
    "",
    (
        _absent("email"),
        (_same("email"), "identique"),
        ("damerau_levenshtein(email_l, email_r) <= 1", "à une lettre près"),
        ("", "différent"),
    ),
)
# Too few true pairs have two names of firm for EM: the share that agrees is stated.
COMPANY = ("société", "", (_absent("company"), (_same("company"), "identique", 0.97), ("", "différente", 0.03)))

CUSTOMERS = Specification(
    key="record_id",
    comparisons=(GIVEN_NAME, FAMILY_NAME, BIRTH, MOBILE, EMAIL, HOUSEHOLD, COMPANY),
    blocks=(
        ("email",),
        ("mobile",),
        ("landline",),
        ("company",),
        ("family_name", "left(given_name, 1)"),
        ("family_name", "postcode"),
        ("given_name", "left(family_name, 3)"),
        ("given_name", "birth_year", "postcode"),
        ("street", "number", "postcode"),
    ),
    sure=(("email", "given_name"), ("mobile", "given_name"), ("family_name", "given_name", "birth_date")),
    recall=0.6,
    training=(("family_name", "given_name"), ("mobile",), ("email",)),
)


def _close(name: str, column: str, label: str = "différent") -> tuple:
    levels = (
        _absent(column),
        (_same(column), "identique"),
        (f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.88", "presque identique"),
        ("", label),
    )
    return name, column, levels


FEBRL = Specification(
    key="rec_id",
    comparisons=(
        _close("prénom", "given_name"),
        _close("nom", "surname"),
        _close("rue", "address_1", "différente"),
        _close("localité", "suburb", "différente"),
        (
            "naissance",
            "",
            (
                _absent("date_of_birth"),
                (_same("date_of_birth"), "même jour"),
                ("damerau_levenshtein(date_of_birth_l, date_of_birth_r) <= 1", "à un chiffre près"),
                ("", "différente"),
            ),
        ),
        (
            "code postal",
            "",
            (
                _absent("postcode"),
                (_same("postcode"), "identique"),
                ("damerau_levenshtein(postcode_l, postcode_r) <= 1", "à un chiffre près"),
                ("", "différent"),
            ),
        ),
        ("numéro", "", (_absent("street_number"), (_same("street_number"), "identique"), ("", "différent"))),
    ),
    blocks=(
        ("date_of_birth",),
        ("surname", "left(given_name, 1)"),
        ("given_name", "postcode"),
        ("surname", "postcode"),
        ("suburb", "street_number"),
        ("address_1",),
    ),
    sure=(("surname", "date_of_birth"), ("given_name", "date_of_birth"), ("given_name", "surname", "postcode")),
    recall=0.8,
    training=(("date_of_birth",), ("surname", "given_name"), ("postcode",)),
)

"""The contract on text files: odd files with their rows (counted by hand), bad files with their message."""
# ruff: noqa: E501 (the tables of cases)

from datetime import date

import pytest

F = "client;date;montant\n"
DAY = date(2024, 1, 31)
ONE = [("a", DAY, 1250)]
N = "\u202f"


def one(day: str = "31/01/2024", amount: str = "12,50", client: str = "a") -> str:
    return f"{F}{client};{day};{amount}\n"


# Files that are read: what they are, their bytes, the rows they hold.
READ = {
    # encodings
    "utf-8": (one(client="é"), [("é", DAY, 1250)]),
    "utf-8 with BOM": (("\ufeff" + one(client="é")).encode(), [("é", DAY, 1250)]),
    "cp1252": (one(client="é").encode("cp1252"), [("é", DAY, 1250)]),
    "cp1252 with its euro": (one(amount="12,50 €").encode("cp1252"), ONE),
    "cp1252 with curly quotes and œ": (one(client="L’Œuf – 1").encode("cp1252"), [("L’Œuf – 1", DAY, 1250)]),
    "utf-16 (Texte Unicode)": (one(client="é").replace(";", "\t").encode("utf-16"), [("é", DAY, 1250)]),
    "euro in utf-8": (one(amount="12,50 €"), ONE),
    # separators, line ends, quotes
    "comma": ("client,date,montant\na,31/01/2024,12.50\n", ONE),
    "comma with quoted decimal comma": ('client,date,montant\na,31/01/2024,"12,50"\n', ONE),
    "tab": (one().replace(";", "\t"), ONE),
    "bar": (one().replace(";", "|"), ONE),
    "line ends CR LF": (one().replace("\n", "\r\n"), ONE),
    "line ends CR": (one().replace("\n", "\r"), ONE),
    "line ends mixed": (F + "a;31/01/2024;12,50\r\nb;31/01/2024;1,50\n", [*ONE, ("b", DAY, 150)]),
    "no last line end": (one().rstrip("\n"), ONE),
    "line break in quotes": (F + '"a\nb";31/01/2024;12,50\nc;31/01/2024;1,5\n', [("a\nb", DAY, 1250), ("c", DAY, 150)]),
    "separator in quotes": (F + '"a;b";31/01/2024;12,50\n', [("a;b", DAY, 1250)]),
    "doubled quotes": (F + '"a""b";31/01/2024;12,50\n', [('a"b', DAY, 1250)]),
    "quote inside": (F + 'a 12" b;31/01/2024;12,50\n', [('a 12" b', DAY, 1250)]),
    "blank lines": (F + "\n\na;31/01/2024;12,50\n;;\n \n", ONE),
    "trailing separators": ("client;date;montant;;\na;31/01/2024;12,50;;\n", ONE),
    "empty column without a name": ("client;;date;montant\na;;31/01/2024;12,50\n", ONE),
    "title lines above": ("Ventes 2024\n\nÉdité le 3 mars;par moi\n" + one(), ONE),
    "sep= line of Excel": ("sep=;\n" + one(), ONE),
    "names again in the middle": (one() + F + "b;31/01/2024;1,00\n", [*ONE, ("b", DAY, 100)]),
    # names
    "French names": ("N° client;Date d'achat;Montant TTC\na;31/01/2024;12,50\n", ONE),
    "English names": ("Customer ID,Order Date,Total Amount\na,2024-01-31,12.50\n", ONE),
    "accents and capitals": ("NUMÉRO_CLIENT;DATE DE COMMANDE;CHIFFRE D'AFFAIRES\na;31/01/2024;12,50\n", ONE),
    "number of the client before the name": ("Client;Code client;Date;Montant\nDupont;a;31/01/2024;12,50\n", ONE),
    # identifiers
    "leading zeros": (one(client="00123"), [("00123", DAY, 1250)]),
    "identifier like a date": (one(client="01/02/2024"), [("01/02/2024", DAY, 1250)]),
    "identifier like an amount": (one(client="1 234,50"), [("1 234,50", DAY, 1250)]),
    "identifier NA": (one(client="NA"), [("NA", DAY, 1250)]),
    "identifier with spaces around": (one(client=" \u00a0a "), ONE),
    "identifier with a formula": (one(client="=1+1"), [("=1+1", DAY, 1250)]),
    "long identifier": (one(client="9" * 25), [("9" * 25, DAY, 1250)]),
    "customer called Total": (one(client="Total Énergies"), [("Total Énergies", DAY, 1250)]),
    # dates
    "ISO": (one("2024-01-31"), ONE),
    "ISO without zeros": (one("2024-1-31"), ONE),
    "compact": (one("20240131"), ONE),
    "year first with slashes": (one("2024/01/31"), ONE),
    "points": (one("31.01.2024"), ONE),
    "dashes": (one("31-1-2024"), ONE),
    "with an hour": (one("31/01/2024 23:59"), ONE),
    "with an hour, French": (one("31/01/2024 à 9h05"), ONE),
    "ISO with time and zone": (one("2024-01-31T23:59:59.123+02:00"), ONE),
    "month in letters": (one("31 janvier 2024"), ONE),
    "month abbreviated": (one("31 janv. 2024"), ONE),
    "accented month": (one("29 février 2024"), [("a", date(2024, 2, 29), 1250)]),
    "first of the month": (one("1er août 2024"), [("a", date(2024, 8, 1), 1250)]),
    "weekday": (one("mercredi 31 janvier 2024"), ONE),
    "American, proved": (F + "a;01/31/2024;12,50\nb;02/03/2024;1,00\n", [*ONE, ("b", date(2024, 2, 3), 100)]),
    "French, proved": (F + "a;31/01/2024;12,50\nb;02/03/2024;1,00\n", [*ONE, ("b", date(2024, 3, 2), 100)]),
    "same both ways": (one("05/05/2024"), [("a", date(2024, 5, 5), 1250)]),
    # amounts
    "decimal point": (one(amount="12.50"), ONE),
    "no decimals": (one(amount="12"), [("a", DAY, 1200)]),
    "one decimal": (one(amount="12,5"), ONE),
    "zeros beyond cents": (one(amount="12.5000"), ONE),
    "thousands: space": (one(amount="1 234,50"), [("a", DAY, 123450)]),
    "thousands: narrow space": (one(amount="1\u202f234,50"), [("a", DAY, 123450)]),
    "thousands: no-break space": (one(amount="1\u00a0234\u00a0567,50"), [("a", DAY, 123456750)]),
    "thousands: point": (one(amount="1.234,50"), [("a", DAY, 123450)]),
    "thousands: points only": (one(amount="1.234.567"), [("a", DAY, 123456700)]),
    "thousands: comma": (one(amount="1,234.50"), [("a", DAY, 123450)]),
    "thousands: apostrophe": (one(amount="1'234.50"), [("a", DAY, 123450)]),
    "thousands told by another row": (
        F + "a;31/01/2024;1,50\nb;31/01/2024;1.234\n",
        [("a", DAY, 150), ("b", DAY, 123400)],
    ),
    "plus": (one(amount="+12,50"), ONE),
    "minus": (one(amount="-12,50"), [("a", DAY, -1250)]),
    "typographic minus": (one(amount="\u221212,50 €"), [("a", DAY, -1250)]),
    "minus behind": (one(amount="12,50-"), [("a", DAY, -1250)]),
    "parentheses": (one(amount="(12,50 €)"), [("a", DAY, -1250)]),
    "currency in front": (one(amount="EUR 12,50"), ONE),
    "largest": (one(amount="999 999 999 999,99"), [("a", DAY, 99999999999999)]),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read(read, case, rows):
    content, expected = READ[case]
    dataset = read(content)
    assert rows(dataset) == expected
    assert dataset.reading.rows_kept == len(expected)
    assert dataset.reading.total_cents == sum(cents for _, _, cents in expected)


# Files that are refused: what they are, their bytes, what the message must say.
REFUSED = {
    "empty": ("", ["« v.csv » est vide"]),
    "blank lines only": ("\n\n", ["« v.csv » est vide"]),
    "names only": (F, ["ne contient aucune transaction", "aucune ligne"]),
    "no names": (
        "a;31/01/2024;12,50\nb;31/01/2024;3,00\n",
        ["manque des colonnes", "client, date, montant", "ligne 1"],
    ),
    "no amount": ("client;date\na;31/01/2024\n", ["manque des colonnes", ": montant.", "--set colonnes.montant=NOM"]),
    "only a unit price": ("client;date;quantité;prix unitaire\na;31/01/2024;2;3\n", [": montant."]),
    "two amounts": (
        "client;date;montant HT;montant TTC\na;31/01/2024;1;2\n",
        ["même rôle", "montant : « montant HT », « montant TTC »", '--set colonnes.montant="montant HT"'],
    ),
    "two numbers of client": (
        "code client;n° client;date;montant\na;b;31/01/2024;1\n",
        ["client : « code client », « n° client »"],
    ),
    "doubled name": ("client;date;montant;Note;note\na;31/01/2024;1;x;y\n", ["ambigus", "en double ou réservé : note"]),
    "reserved name": ("client;date;montant;amount_cents\na;31/01/2024;1;2\n", ["réservé : amount_cents"]),
    "values in a column without a name": (
        F.replace("client", ";client") + "1;a;31/01/2024;1\n",
        ["colonne sans nom : 1, ligne 2"],
    ),
    "a workbook under another name": (b"PK\x03\x04" + b"x" * 50, ["n'est pas un texte", "classeur Excel"]),
    "a Parquet under another name": (b"PAR1" + b"x" * 50, ["c'est un fichier Parquet"]),
    "utf-16 without BOM": (one().encode("utf-16-le"), ["n'est pas un texte"]),
    "two encodings": (
        F.encode() + "é;31/01/2024;1\n".encode() + "é;31/01/2024;1\n".encode("cp1252"),
        ["mélange deux encodages", "ligne 2"],
    ),
    "Mac accents": (one(client="Hélène").encode("mac-roman"), ["encodage", "incertain", "ligne 2", "mac-roman"]),
    "DOS accents": (one(client="Hélène").encode("cp850"), ["encodage", "incertain", "cp850"]),
    "too many values": (F + "a;31/01/2024;12,50;x\n", ["trop de valeurs : 1, ligne 2"]),
    "decimal commas between commas": ("client,date,montant\na,31/01/2024,12,50\n", ["trop de valeurs : 1, ligne 2"]),
    "too few values": (F + "a;31/01/2024;1\nb;31/01/2024\n", ["pas assez de valeurs : 1, ligne 3"]),
    "a foot note": (one() + "Fin de l'export\n", ["pas assez de valeurs : 1, ligne 3"]),
    "open quotes": (F + 'a;31/01/2024;1\n"b;31/01/2024;1\n', ["guillemets mal fermés : 1, ligne 3"]),
    "closed too soon": (F + '"a"b;31/01/2024;1\n', ["guillemets mal fermés : 1, ligne 2"]),
    "no client": (F + "a;31/01/2024;1\n;31/01/2024;1\n \u00a0;31/01/2024;1\n", ["clients vides : 2, lignes 3, 4"]),
    "identifiers of a spreadsheet": (one(client="1,23E+05"), ["abîmés par un tableur : 1, ligne 2 (« 1,23E+05 »)"]),
    "ambiguous order": (
        F + "a;03/04/2024;1\nb;05/05/2024;1\n",
        ["deux ordres", ": 1, ligne 2 (« 03/04/2024 »)", "lecture.ordre_dates=jour-mois"],
    ),
    "ambiguous with hours": (one("03/04/2024 10:00"), ["deux ordres"]),
    "both orders": (
        F + "a;31/01/2024;1\nb;01/31/2024;1\n",
        ["les unes disent jour/mois et les autres mois/jour", "lignes 2, 3"],
    ),
    "years of two digits": (
        one("31/01/24"),
        ["années à deux chiffres : 1, ligne 2 (« 31/01/24 »)", "lecture.siecle=2000"],
    ),
    "no date": (F + "a;;1\n", ["dates vides ou illisibles : 1, ligne 2"]),
    "impossible day": (one("30/02/2024"), ["dates vides ou illisibles : 1, ligne 2 (« 30/02/2024 »)"]),
    "leap day of a common year": (one("2023-02-29"), ["dates vides ou illisibles"]),
    "a month that is none": (one("31 brumaire 2024"), ["dates vides ou illisibles"]),
    "Excel's day count in a CSV": (one("45322"), ["dates vides ou illisibles : 1, ligne 2 (« 45322 »)"]),
    "year 24": (one("0024-01-31"), ["dates vides ou illisibles"]),
    "a word": (one("hier"), ["dates vides ou illisibles"]),
    "mixed dates": (one("31/01-2024"), ["dates vides ou illisibles"]),
    "ambiguous thousands": (one(amount="1,234"), ["de deux façons", ": 1, ligne 2 (« 1,234 »)", "lecture.decimale"]),
    "ambiguous thousands with a point": (one(amount="1.234"), ["de deux façons"]),
    "both marks": (
        F + "a;31/01/2024;1,50\nb;31/01/2024;2.50\nc;31/01/2024;3,50\n",
        ["point décimal, les autres ayant l'autre marque : 1, ligne 3 (« 2.50 »)"],
    ),
    "no amount in a row": (F + "a;31/01/2024;\n", ["montants vides ou illisibles : 1, ligne 2"]),
    "not a number": (one(amount="gratuit"), ["montants vides ou illisibles : 1, ligne 2 (« gratuit »)"]),
    "two numbers": (one(amount="12€50"), ["montants vides ou illisibles"]),
    "a group too short": (one(amount="12 50"), ["montants vides ou illisibles"]),
    "a formula": (one(amount="=12+1"), ["montants vides ou illisibles"]),
    "a spreadsheet's error": (one(amount="#REF!"), ["montants vides ou illisibles"]),
    "scientific": (one(amount="1,2E3"), ["montants vides ou illisibles"]),
    "two signs": (one(amount="--1"), ["montants vides ou illisibles"]),
    "a percentage": (one(amount="12 %"), ["montants vides ou illisibles"]),
    "more than cents": (
        F + "b;31/01/2024;1,5\na;31/01/2024;12,505\n",
        ["plus de deux décimales : 1, ligne 3 (« 12,505 »)"],
    ),
    "two currencies": (
        F + "a;31/01/2024;1 €\nb;31/01/2024;2 CHF\n",
        ["plusieurs monnaies", "EUR", "CHF (1 ligne)", "ligne"],
    ),
    "two currencies in a column": (
        "client;date;montant;devise\na;31/01/2024;1;EUR\nb;31/01/2024;2;CHF\nc;31/01/2024;2;EUR\n",
        ["plusieurs monnaies, EUR (2 lignes), CHF (1 ligne)", "ligne 3", "regles.autres_monnaies=exclure"],
    ),
    "which dollar": (one(amount="$12.50"), ["quel dollar", "lecture.monnaie=USD"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused(refusal, case):
    content, expected = REFUSED[case]
    message = refusal(content)
    assert [part for part in expected if part not in message] == [], message


def test_the_folder_of_cases_is_large():
    assert len(READ) + len(REFUSED) >= 60 and len(REFUSED) >= 40


# What is stated is followed, and compared with the file.

STATED = {
    "day first": (one("03/04/2024"), {"lecture__ordre_dates": "jour-mois"}, [("a", date(2024, 4, 3), 1250)]),
    "month first": (one("03/04/2024"), {"lecture__ordre_dates": "mois-jour"}, [("a", date(2024, 3, 4), 1250)]),
    "century": (one("31/01/24"), {"lecture__siecle": 2000}, ONE),
    "decimal comma": (one(amount="1,20"), {"lecture__decimale": ","}, [("a", DAY, 120)]),
    "decimal point, so a comma groups": (one(amount="1,234"), {"lecture__decimale": "."}, [("a", DAY, 123400)]),
    "rounding": (one(amount="0,125"), {"regles__decimales": "arrondir"}, [("a", DAY, 13)]),
    "Mac": (one(client="Hélène").encode("mac-roman"), {"fichier__encodage": "mac-roman"}, [("Hélène", DAY, 1250)]),
    "columns": (
        "qui;quand;combien\na;31/01/2024;12,50\n",
        {"colonnes__client": "qui", "colonnes__date": "quand", "colonnes__montant": "combien"},
        ONE,
    ),
    "one of two amounts": (
        "client;date;total ttc;total ht\na;31/01/2024;12,50;10\n",
        {"colonnes__montant": "total ttc"},
        ONE,
    ),
    "line of the names": (F + F.replace("date", "jour") + "a;31/01/2024;12,50\n", {"fichier__ligne_des_noms": 2}, ONE),
    "dollars": (one(amount="$12.50"), {"lecture__monnaie": "USD"}, ONE),
    "damaged identifiers kept": (one(client="1E+05"), {"regles__clients_abimes": "garder"}, [("1E+05", DAY, 1250)]),
}


@pytest.mark.parametrize("case", STATED)
def test_what_is_stated_is_followed(read, case, rows):
    content, options, expected = STATED[case]
    assert rows(read(content, **options)) == expected


CONTRADICTED = {
    "order of dates": (
        one("31/01/2024"),
        {"lecture__ordre_dates": "mois-jour"},
        "dates vides ou illisibles : 1, ligne 2",
    ),
    "encoding": (one(client="é").encode("cp1252"), {"fichier__encodage": "utf-8"}, "n'est pas écrit en UTF-8"),
    "separator": (one(), {"fichier__separateur": ","}, "manque des colonnes"),
    "column": (one(), {"colonnes__client": "qui"}, "annoncées ne sont pas dans le fichier « v.csv » : « qui »"),
    "decimal mark": (one(amount="12,50"), {"lecture__decimale": "."}, "montants vides ou illisibles : 1, ligne 2"),
    "currency": (one(amount="12,50 €"), {"lecture__monnaie": "USD"}, "pas USD : 1, ligne 2"),
    "line of the names": (one(), {"fichier__ligne_des_noms": 9}, "ligne 9 du fichier « v.csv » ne nomme pas"),
}


@pytest.mark.parametrize("case", CONTRADICTED)
def test_what_is_stated_is_compared_with_the_file(refusal, case):
    content, options, expected = CONTRADICTED[case]
    assert expected in refusal(content, **options)


def test_line_numbers_are_those_of_an_editor(refusal):
    """Title lines, blank lines, line breaks in quotes and every kind of line end count as an editor counts them."""
    content = 'Titre\r\n\r\nclient;date;montant\r\n"a\r\nb";31/01/2024;1\r\n\r\nc;31/02/2024;1\rd;31/01/2024;x\n'
    message = refusal(content)
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert lines[6].startswith("c;") and lines[7].startswith("d;")
    assert "illisibles : 1, ligne 7 (« 31/02/2024 »)" in message and "illisibles : 1, ligne 8 (« x »)" in message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("rows", [2, 70_000])
def test_the_line_that_does_not_decode_is_that_of_an_editor(refusal, end, encoding, rows):
    """Any line end, in the first chunk that is read or in a later one, and when a pair of signs is cut in two."""
    lines = ["client;date;montant", *(f"é{place};31/01/2024;1,00" for place in range(rows))]
    content = end.join([*lines, ""]).encode(encoding)
    wrong = b"\x00\xd8a\x00" if encoding == "utf-16-le" else b"\xd8\x00\x00a" if encoding == "utf-16-be" else b"\xff"
    bom = {"utf-8": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    message = refusal(bom + content + wrong, fichier__encodage=encoding[:6].rstrip("-"))
    assert f"caractères illisibles à la ligne {rows + 2}" in message


def test_every_problem_is_told_at_once(refusal):
    message = refusal(F + ";31/01/2024;1\na;31/02/2024;1\nb;31/01/2024;x\nc;31/01/2024\n")
    assert [word in message for word in ("clients vides", "dates vides", "montants vides", "pas assez de valeurs")] == [
        True
    ] * 4


def test_a_refusal_keeps_what_was_detected(read):
    from grc_helpers.data.refusals import FileRefused

    with pytest.raises(FileRefused) as caught:
        read(one("03/04/2024").encode("cp1252"))
    assert ("Séparateur", "point-virgule") in caught.value.facts

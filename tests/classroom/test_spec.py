"""Parameters: read from the notebook's own cell, refused before anything runs."""

import pytest

from grc_helpers.classroom.spec import coerce, find_spec, list_specs, parse_parameters, validate
from grc_helpers.errors import GrcError

CELL = """n: int = 5  # nombre
rate: float = 0.5  # taux
name: str = "a"  # nom
flag: bool = True  # oui ou non
"""


@pytest.fixture
def parameters():
    return parse_parameters(CELL, {"n": {"min": 1, "max": 9}, "rate": {"min": 0}, "name": {"choices": ["a", "b"]}})


def test_type_default_and_help_come_from_the_cell(parameters):
    assert [p.type for p in parameters.values()] == ["int", "float", "str", "bool"]
    assert parameters["rate"].default == 0.5 and parameters["rate"].help == "taux"


def test_a_cell_that_breaks_the_convention_is_refused():
    with pytest.raises(GrcError, match="ligne 2 : n = 5"):
        parse_parameters("m: int = 1\nn = 5", {})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("n", "5", "attend un nombre entier"),
        ("n", True, "attend un nombre entier"),
        ("n", 0, "minimum : 1"),
        ("n", 10, "maximum : 9"),
        ("rate", float("nan"), "minimum : 0"),
        ("name", "c", "valeurs possibles : a, b"),
        ("flag", 1, "attend True ou False"),
    ],
)
def test_wrong_values_are_named(parameters, name, value, message):
    assert message in parameters[name].problem(value)


def test_an_integer_is_a_number(parameters):
    assert parameters["rate"].problem(1) is None


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [("n", "7", 7), ("rate", "0.3", 0.3), ("name", "00123", "00123"), ("flag", "non", False), ("flag", "Vrai", True)],
)
def test_command_line_values(parameters, name, raw, value):
    assert coerce(parameters[name], raw) == value


def test_a_decimal_comma_is_explained(parameters):
    with pytest.raises(GrcError, match="écrivez 0.3"):
        coerce(parameters["rate"], "0,3")


def test_every_problem_is_listed_at_once_with_a_suggestion():
    spec = find_spec("04")
    with pytest.raises(GrcError) as refused:
        validate(spec, {"sed": 1, "n_boot": 5, "margin_rate": "x"})
    for part in ("« sed » ; vouliez-vous dire « seed »", "minimum : 100", "attend un nombre"):
        assert part in str(refused.value)


def test_an_unknown_notebook_lists_those_that_exist():
    with pytest.raises(GrcError, match="choisissez parmi : .*04"):
        find_spec("99")


def test_every_parameter_has_a_help_text_and_a_valid_default():
    for spec in list_specs():
        for parameter in spec.parameters.values():
            assert parameter.help and parameter.problem(parameter.default) is None

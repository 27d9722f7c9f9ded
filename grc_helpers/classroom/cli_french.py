"""typer in French: its few words of help, and the messages for a command line that it cannot read."""

from __future__ import annotations

import re

from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commandes",
    "DEFAULT_STRING": "[par défaut : {}]",
    "REQUIRED_LONG_STRING": "[obligatoire]",
}
MESSAGES = (
    (r"No such option: (\S+)", r"L'option « \1 » n'existe pas"),
    (r"\(Possible options: (.+)\)", r"(vouliez-vous dire \1 ?)"),
    (r"No such command '([^']*)'", r"La commande « \1 » n'existe pas"),
    (r"Did you mean '(.+)'\?", r"Vouliez-vous dire « \1 » ?"),
    (r"Did you mean (.+)\?", r"Vouliez-vous dire \1 ?"),
    (r"Option '([^']*)' requires an argument", r"L'option « \1 » attend une valeur"),
    (r"Option '([^']*)' does not take a value", r"L'option « \1 » ne prend pas de valeur"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"Argument en trop : \1"),
    (r"Missing argument '([^']*)'", r"Il manque l'argument « \1 »"),
    (r"Invalid value for '([^']*)'[^:]*: .*valid integer.*", r"L'option « \1 » attend un nombre entier."),
    (
        r"Invalid value for '([^']*)'[^:]*: (?:Value error, )?'(.*)' is not one of (.+)\.",
        r"L'option « \1 » n'accepte pas « \2 » ; valeurs possibles : \3.",
    ),
    (r"Invalid value for '([^']*)'[^:]*: .*", r"La valeur de l'option « \1 » ne convient pas."),
)


class _FrenchHelp:
    def get_params(self, ctx):
        """Return typer's own parameters, without its words for the types of flags and arguments."""
        params = super().get_params(ctx)
        for param in params:
            if isinstance(param, TyperArgument) or param.is_flag:
                param.display_type_rich = lambda ctx: None
        return params

    def get_usage(self, ctx):
        """Return typer's own line, with French typography and no braces."""
        return super().get_usage(ctx).replace("Usage: ", "Usage : ", 1).translate({ord("{"): None, ord("}"): None})

    def get_help_option(self, ctx):
        """Return typer's own option, with its words in French."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Montre cette aide."
        return option


class FrenchCommand(_FrenchHelp, TyperCommand):
    """A command whose help is in French."""


class FrenchGroup(_FrenchHelp, TyperGroup):
    """A group of commands whose help is in French."""

    def __init__(self, **options):
        super().__init__(**options | {"subcommand_metavar": "COMMANDE [ARGUMENTS]…"})


def speak_french() -> None:
    """Give typer's panels their French titles."""
    for name, title in TITLES.items():
        setattr(rich_utils, name, title)


def translate(message: str) -> str:
    """Return what typer says of a command line, in French."""
    for pattern, french in MESSAGES:
        message = re.sub(pattern, french, message)
    return message

"""Customer lifetime value: by formula, as a Markov chain, and from probability models."""

from importlib import import_module

MODELS = {
    "BgNbd": "bg_nbd",
    "MbgNbd": "bg_nbd",
    "ParetoNbd": "pareto_nbd",
    "Nbd": "nbd",
    "BgBb": "bg_bb",
    "GammaGamma": "gamma_gamma",
    "ShiftedBetaGeometric": "shifted_beta_geometric",
}


def __getattr__(name: str):
    """Import a model only when it is asked for."""
    if name in MODELS:
        return getattr(import_module(f"grc_helpers.clv.{MODELS[name]}"), name)
    raise AttributeError(f"module 'grc_helpers.clv' has no attribute {name!r}")

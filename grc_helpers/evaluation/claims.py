"""The course's sentences on evaluation that no data here can settle: the claim, why, and what would settle it."""

from __future__ import annotations

from grc_helpers.style import money

CLAIMS = {
    "L10": {
        "source": "S0",
        "claim": "« L'apprentissage est une dimension essentiel du processus » [sic]",
        "why": "le monde est simulé, ses réglages décident. Ici, en un an, apprendre chaque mois "
        "coûte {stable} qu'un seul essai si les goûts ne bougent pas, et {moving} s'ils bougent.",
        "needed": "dans votre entreprise, une part des envois gardée un an pour comparer, et ce qu'elle a fait changer",
    },
    "C13": {
        "source": "S0",
        "claim": "« Allouer plus moyens aux clients plus importants », « Réduire dépenses consacrées à à ceux qui "
        "contribuent le – au CA » [sic]",
        "why": "les courbes sont celles d'une firme fictive. Le groupe des meilleurs clients y fait {sales} du CA "
        "et doit recevoir {best} du budget ; le plus nombreux, {many_sales} et {many_best} ; partager au prorata du CA "
        "perd {loss} par semaine. "
        "Ce qui compte est ce que rapporte l'euro suivant, pas ce que le client a déjà acheté.",
        "needed": "un essai de budgets tirés au sort, par groupe de clients, dans votre entreprise",
    },
    "B18": {
        "source": "S1",
        "claim": "« Une meilleure affectation des moyens et des efforts Ex : mobiliser d'avantage de ressources sur "
        "les meilleurs clients » [sic]",
        "why": "« davantage » n'a pas de quantité. Ici (fictif), tout donner aux meilleurs clients perd {all_in} par "
        "semaine, et le bon partage leur donne {best} du budget : {sign_people} que leur part des clients ({people}), "
        "{sign} que leur part du CA ({sales}).",
        "needed": "les courbes de réponse de vos propres groupes, mesurées par tirage au sort",
    },
}


def claim(notion: str, **figures: str) -> dict[str, str]:
    """Return a claim's source, words, reason and missing data, ``figures`` written in its reason."""
    return {part: text.format(**figures) for part, text in CLAIMS[notion].items()}


def more_or_less(amount: float, currency: str) -> str:
    """Write a difference of cost: « 12 € de plus », « 12 € de moins »."""
    return f"{money(abs(amount), currency)} de {'plus' if amount >= 0 else 'moins'}"

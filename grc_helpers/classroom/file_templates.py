"""A file to fill in for each kind of table: a few invented rows, as French spreadsheets open them."""

TEMPLATES = {
    "transactions": """\
Client;Date;Montant;Commande;Produit;Catégorie
00017;31/01/2025;49,90;C-1001;Moulin manuel;accessoires
00017;14/02/2025;96,00;C-1007;Coffret dégustation;chocolat
00017;14/02/2025;24,00;C-1007;Thé vert;thé
00203;14/02/2025;35,50;C-1008;Thé vert;thé
00203;20/02/2025;-35,50;C-1008;Thé vert;thé
""",
    "contracts": """\
N° de contrat;Client;Date de début;Date de fin;Formule;Montant mensuel
K-001;00017;01/02/2023;31/01/2024;Essentiel;12,90
K-002;00203;15/03/2023;;Confort;19,90
K-003;00017;01/03/2024;;Confort;19,90
""",
    "contacts": """\
Client;Date;Canal;Sens;Fonction;Motif;Campagne;Coût
00017;31/01/2025;e-mail;sortant;marketing;offre de printemps;P25;0,02
00017;03/02/2025;téléphone;entrant;service;question sur une livraison;;4,50
00203;14/02/2025;courrier;sortant;marketing;offre de printemps;P25;1,10
""",
    "target": """\
Client;Cible;Âge;Ancienneté en mois;Ville;Réclamation;Panier moyen
00017;oui;34;12;Nantes;non;49,90
00203;non;51;40;Lyon;oui;120,00
00311;non;28;7;Nantes;non;35,50
""",
    "survey": """\
Client;Date;Recommandation (0 à 10);Satisfaction (1 à 5);Accueil (1 à 5);Délai (1 à 5);Commentaire
00017;31/01/2025;9;5;5;4;livré à temps
00203;31/01/2025;6;3;4;2;
00311;01/02/2025;10;5;5;;parfait
""",
}

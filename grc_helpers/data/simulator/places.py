"""Places and words that addresses, firms and e-mails are made of: real communes around Angers, ordinary street names.

E-mail domains end in ``.example`` (RFC 2606) and telephone numbers lie in the ranges that the French regulator keeps
for works of fiction: no address of the simulated firm reaches anyone.
"""

COMMUNES = {  # (postcode, commune, weight) by zone of the population
    "Angers centre": (("49000", "Angers", 70), ("49100", "Angers", 30)),
    "agglomération": (
        ("49100", "Angers", 22),
        ("49240", "Avrillé", 13),
        ("49800", "Trélazé", 13),
        ("49130", "Les Ponts-de-Cé", 12),
        ("49124", "Saint-Barthélemy-d'Anjou", 11),
        ("49070", "Beaucouzé", 8),
        ("49080", "Bouchemaine", 7),
        ("49480", "Verrières-en-Anjou", 7),
        ("49610", "Mûrs-Erigné", 7),
    ),
    "Maine-et-Loire": (
        ("49300", "Cholet", 26),
        ("49400", "Saumur", 16),
        ("49500", "Segré-en-Anjou Bleu", 9),
        ("49290", "Chalonnes-sur-Loire", 8),
        ("49150", "Baugé-en-Anjou", 8),
        ("49700", "Doué-en-Anjou", 8),
        ("49320", "Brissac Loire Aubance", 9),
        ("49220", "Le Lion-d'Angers", 8),
        ("49125", "Tiercé", 8),
    ),
    "France": (
        ("44000", "Nantes", 18),
        ("72000", "Le Mans", 12),
        ("37000", "Tours", 12),
        ("35000", "Rennes", 12),
        ("53000", "Laval", 10),
        ("75011", "Paris", 12),
        ("69003", "Lyon", 8),
        ("33000", "Bordeaux", 8),
        ("31000", "Toulouse", 8),
    ),
}

STREET_TYPES = {"rue": 62, "avenue": 12, "boulevard": 8, "place": 5, "chemin": 5, "allée": 4, "impasse": 4}
STREET_NAMES = tuple(
    name.strip()
    for name in """
    de la Paix|des Lices|Saint-Aubin|Bressigny|Pasteur|Foch|du Mail|Beaurepaire|de la Gare|des Écoles|
    Victor Hugo|Jean Jaurès|du Général de Gaulle|de la République|des Tilleuls|du Moulin|des Acacias|
    de Bretagne|de l'Église|Voltaire|des Rosiers|du Château|de la Fontaine|Jules Ferry|des Lilas|du Stade|
    de Nantes|de Paris|Saint-Laud|Plantagenêt|Saint-Jacques|de la Madeleine|Létanduère|Volney|Franklin|
    Larevellière|Chevreul|David d'Angers|du Roi René|Toussaint|des Arènes|de Frémur|Saumuroise|Montaigne|
    Rabelais|Molière|La Fontaine|Marie Curie|Louis Blanc|Émile Zola|Gambetta|Clemenceau|des Ardoisières|
    des Vignes|de la Loire|de la Maine|du Port|du Pont|des Prés|des Peupliers|des Chênes|du Lavoir|
    de la Mairie|de la Poste|du Commerce|des Cordeliers|Saint-Nicolas|Saint-Martin|Sainte-Anne|de Verdun|
    du 8 Mai 1945|du 11 Novembre|de la Résistance|de la Liberté|Pierre Brossolette|Jean Moulin|
    Georges Pompidou|du Grand Pressoir|de la Croix Blanche|du Puits|de l'Abbaye|des Coteaux|du Val|
    de la Forêt|des Genêts
    """.split("|")
)
COMPLEMENTS = ("Appt 2", "Appt 14", "Bât. A", "Bât. B", "Résidence du Parc", "Résidence Les Jardins", "1er étage")

FIRMS = (
    "Cabinet {}", "Pharmacie {}", "Garage {}", "{} Architectes", "Étude {}", "Imprimerie {}", "{} et Fils",
    "Ateliers {}", "{} Conseil", "Clinique {}", "Transports {}", "Menuiserie {}", "Agence {}", "Laboratoire {}",
    "{} Assurances",
)  # fmt: skip

MAIL_DOMAINS = {
    "monmel.example": 34,
    "fibre.example": 24,
    "courriel49.example": 16,
    "boite.example": 14,
    "anjou.example": 12,
}
HANDLES = tuple(
    """
    coquelicot lapinbleu loire rando velo jardin tartine guitare marmotte plume voilier cerise galopin petitprince
    papillon moustache grenadine hirondelle violette caramel tournesol pissenlit choupette lumiere tambour abeille
    mirabelle cafeine noisette escargot
    """.split()
)

SHORT_NAMES = {  # given name -> how friends say it
    "Alexandre": "Alex", "Benjamin": "Ben", "Christophe": "Chris", "Daniel": "Dan", "Frédéric": "Fred",
    "Emmanuel": "Manu", "Gabriel": "Gaby", "Grégoire": "Greg", "Guillaume": "Guill", "Joseph": "Jo",
    "Matthieu": "Matt", "Michel": "Mich", "Nicolas": "Nico", "Olivier": "Oliv", "Patrick": "Pat",
    "Philippe": "Phil", "Sébastien": "Seb", "Stéphane": "Steph", "Théodore": "Théo", "Théophile": "Théo",
    "Thomas": "Tom", "Timothée": "Tim", "Vincent": "Vince", "Xavier": "Xav", "Alexandrie": "Alex",
    "Alexandria": "Alex", "Bernadette": "Berna", "Catherine": "Cathy", "Caroline": "Caro", "Charlotte": "Charlie",
    "Christelle": "Chris", "Christine": "Chris", "Christiane": "Chris", "Dominique": "Dom", "Dorothée": "Doro",
    "Élisabeth": "Babeth", "Élodie": "Élo", "Emmanuelle": "Manue", "Françoise": "Fanfan", "Frédérique": "Fred",
    "Gabrielle": "Gaby", "Geneviève": "Ginette", "Isabelle": "Isa", "Jacqueline": "Jacquie", "Joséphine": "José",
    "Juliette": "Juju", "Madeleine": "Mado", "Marguerite": "Margot", "Mathilde": "Mat", "Nathalie": "Nath",
    "Patricia": "Pat", "Pénélope": "Pénny", "Stéphanie": "Steph", "Susanne": "Suzie", "Suzanne": "Suzie",
    "Sylvie": "Syl", "Valentine": "Val", "Valérie": "Val", "Véronique": "Véro", "Victoire": "Vic",
    "Virginie": "Ginie",
}  # fmt: skip

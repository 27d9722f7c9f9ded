"""The installer, on a small workbook of its own and an index of local files: no network."""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signaux et liens symboliques : systèmes POSIX seulement")
# Stands in for uv: it cannot reach its index; GRC_TEST_UV_SLEEP makes it slow first.
FAKE_UV = "import os, sys, time\ntime.sleep(float(os.environ.get('GRC_TEST_UV_SLEEP', 0)))\nsys.exit('no index')\n"


@pytest.fixture
def installer(tmp_path, monkeypatch):
    """Load the installer as a module, aimed at an empty folder."""
    spec = importlib.util.spec_from_file_location("installer_under_test", ROOT / "installer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    for name, value in {"HERE": tmp_path, "VENV": venv, "STAMP": venv / "grc-install.json"}.items():
        monkeypatch.setattr(module, name, str(value))
    for file in ("requirements.lock", "requirements-test.lock", "pyproject.toml"):
        (tmp_path / file).write_text(file, encoding="utf-8")
    return module


@pytest.fixture
def stamped(installer, tmp_path, monkeypatch):
    """A finished environment, as far as the stamp can tell."""
    version = ".".join(map(str, sys.version_info[:2]))
    monkeypatch.setattr(installer, "venv_version", lambda: version)
    folder = Path(installer.site_packages(version))
    (folder / "petit-1.0.dist-info").mkdir(parents=True)
    installer.write_stamp(installer.new_stamp(False))
    return folder


def test_an_old_python_can_read_the_installer():
    ast.parse((ROOT / "installer.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_whole_environment_needs_nothing(installer, stamped):
    assert installer.diagnose(False, False) == (None, False)
    assert installer.diagnose(False, True) == (None, False)


def test_what_is_wrong_is_said_and_decides_what_is_done(installer, stamped, tmp_path, monkeypatch):
    def diagnosis(test=False):
        return installer.diagnose(test, this_python=False)

    assert diagnosis(test=True) == ("Ajout des outils de test à « .venv ».", False)
    (tmp_path / "pyproject.toml").write_text("autre", encoding="utf-8")
    assert diagnosis() == ("La liste des paquets du cahier a changé : « .venv » est mis à jour.", False)
    (stamped / "petit-1.0.dist-info").rmdir()
    assert diagnosis() == ("Il manque à « .venv » : petit. Ces paquets sont réinstallés.", False)
    monkeypatch.setattr(installer, "venv_version", lambda: "3.10")
    assert diagnosis() == ("Le Python de « .venv » a changé de version : l’environnement est refait.", True)
    Path(installer.STAMP).write_text(json.dumps({"venv": "/ailleurs"}), encoding="utf-8")
    assert diagnosis() == ("Le dossier du cahier a changé de place : l’environnement est refait.", True)
    Path(installer.STAMP).write_text("{", encoding="utf-8")
    assert diagnosis() == ("« .venv » est inachevé (installation interrompue ?) : l’environnement est refait.", True)
    monkeypatch.setattr(installer, "venv_version", lambda: None)
    assert diagnosis() == ("Le Python de « .venv » ne répond plus : l’environnement est refait.", True)
    shutil.rmtree(tmp_path / ".venv")
    assert diagnosis() == ("Première installation dans « .venv » (une seule fois, quelques minutes au plus).", True)


def test_another_python_is_used_only_on_request(installer, stamped, monkeypatch):
    monkeypatch.setattr(installer, "venv_version", lambda: "3.12")
    stamp = json.loads(Path(installer.STAMP).read_text(encoding="utf-8")) | {"python": "3.12"}
    stamp["packages"] = []
    Path(installer.STAMP).write_text(json.dumps(stamp), encoding="utf-8")
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    assert installer.diagnose(False, False) == (None, False)
    assert installer.diagnose(False, True) == ("« .venv » passe de Python 3.12 à Python 3.13.", True)


@pytest.mark.parametrize(("version", "fault"), [((3, 8), "trop ancien"), ((3, 14), "trop récent"), ((2, 7), "ancien")])
def test_an_unknown_python_is_refused_with_a_command(installer, monkeypatch, version, fault):
    monkeypatch.setattr(installer, "candidates", lambda: ["python3.12"])
    with pytest.raises(installer.InstallError) as error:
        installer.check_python(version)
    message = str(error.value)
    assert fault in message and "il faut Python 3.11, 3.12 ou 3.13" in message
    assert "    python3.12 installer.py" in message and "make install PYTHON=python3.12" in message
    monkeypatch.setattr(installer, "candidates", lambda: [])
    with pytest.raises(installer.InstallError, match="Installez Python 3.13"):
        installer.check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_known_python_is_taken(installer, version):
    assert installer.check_python(version) is None


@POSIX
def test_candidates_are_tried_not_only_found(installer, tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    for minor, status in ((11, 0), (12, 127), (13, 0)):
        (folder / f"python3.{minor}").write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
        (folder / f"python3.{minor}").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert installer.candidates() == ["python3.13", "python3.11"]


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_module_is_named_with_the_command_that_brings_it(installer, monkeypatch, missing):
    monkeypatch.setattr(installer.importlib.util, "find_spec", lambda name: None if name == missing else name)
    monkeypatch.setattr(installer.shutil, "which", lambda name: "/usr/bin/apt")
    monkeypatch.setattr(installer.os.path, "realpath", lambda path: "/usr/bin/python3.11")
    with pytest.raises(installer.InstallError, match="sudo apt install python3-venv"):
        installer.check_modules()
    monkeypatch.setattr(installer.os.path, "realpath", lambda path: path)
    version = ".".join(map(str, sys.version_info[:2]))
    with pytest.raises(installer.InstallError, match=f"sudo apt install python{version}-venv"):
        installer.check_modules()


def test_settings_of_pip_are_translated_for_uv(installer):
    config = (
        "global.index-url='https://miroir.exemple.fr/simple'\n"
        "global.extra-index-url='\\nhttps://a.exemple.fr/simple\\nhttps://b.exemple.fr/simple'\n"
        "install.find-links='/roues /autres'\n"
        ":env:.cert='/etc/racine.pem'\n"
        "freeze.timeout='10'\n"
    )
    arguments, variables = installer.uv_settings(config)
    assert arguments == []
    assert variables["UV_DEFAULT_INDEX"] == "https://miroir.exemple.fr/simple"
    assert variables["UV_INDEX"] == "https://a.exemple.fr/simple https://b.exemple.fr/simple"
    assert variables["UV_FIND_LINKS"] == "/roues,/autres"
    assert variables["SSL_CERT_FILE"] == "/etc/racine.pem"
    assert installer.uv_settings("global.no-index='true'\n")[0] == ["--no-index"]


def test_path_file_is_ascii_and_leads_to_the_workbook(installer, tmp_path, monkeypatch):
    home = tmp_path / "Élève n° 1"
    home.mkdir()
    monkeypatch.setattr(installer, "HERE", str(home))
    (tmp_path / "grc_helpers.pth").write_bytes(str(home).encode("utf-8"))
    installer.mend_path_file(str(tmp_path))
    line = (tmp_path / "grc_helpers.pth").read_bytes().decode("ascii")
    assert line.startswith("import ")
    answer = subprocess.run([sys.executable, "-c", line + "print(ascii(sys.path[-1]))"], capture_output=True, text=True)
    assert answer.stdout.strip() == ascii(str(home))


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Write a wheel of text files into an index of local files; return its line in a lock."""
    base = f"{name}-{version}.dist-info"
    files = files | {
        f"{base}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{base}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{base}/RECORD"])
    page = folder / name.replace("_", "-")
    page.mkdir(parents=True, exist_ok=True)
    path = page / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in (files | {f"{base}/RECORD": record}).items():
            archive.writestr(file, text)
    links = "".join(f'<a href="{file.name}">{file.name}</a>\n' for file in sorted(page.glob("*.whl")))
    (page / "index.html").write_text(f"<html><body>{links}</body></html>", encoding="utf-8")
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Workbook:
    """A workbook of one package, in a folder with spaces and accents, with its index."""

    def __init__(self, folder: Path):
        self.home, self.index = folder / "Cahier de l’élève n° 1", folder / "index"
        self.venv, self.stamp = self.home / ".venv", self.home / ".venv" / "grc-install.json"
        (self.home / "grc_helpers").mkdir(parents=True)
        (self.home / "grc_helpers" / "__init__.py").write_text('"""Test."""\n\n__version__ = "1.0"\n', encoding="utf-8")
        shutil.copy(ROOT / "installer.py", self.home)
        (self.home / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
            '[project]\nname = "grc-helpers"\nversion = "1.0"\ndescription = "test"\n',
            encoding="utf-8",
        )
        flit = importlib.metadata.distribution("flit_core")
        sources = [file for file in flit.files if file.suffix == ".py" and file.parts[0] == "flit_core"]
        files = {file.as_posix(): file.read_text(encoding="utf-8") for file in sources}
        self.flit = wheel(self.index, "flit_core", flit.version, files)
        uv = wheel(self.index, "uv", "0.1", {"uv/__init__.py": "", "uv/__main__.py": FAKE_UV})
        (self.home / "requirements-uv.lock").write_text(uv, encoding="utf-8")
        self.lock("1.0")

    def lock(self, version: str) -> None:
        """Pin the one package of the workbook."""
        line = wheel(self.index, "petit", version, {"petit.py": f"version = {version!r}\n"})
        elsewhere = 'absent==1.0 ; sys_platform == "never" \\\n    --hash=sha256:' + 64 * "0" + "\n"
        for name in ("requirements.lock", "requirements-test.lock"):
            (self.home / name).write_text(elsewhere + self.flit + line, encoding="utf-8")

    def start(self, *arguments, **variables) -> subprocess.Popen:
        """Start the installer, with no package index but the local one."""
        aside = ("PIP_", "UV_", "PYTHON", "GRC_")
        env = {key: value for key, value in os.environ.items() if not key.startswith(aside)}
        env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": self.index.as_uri(), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "installer.py", *arguments]
        return subprocess.Popen(command, cwd=self.home, env=env | variables, stderr=subprocess.PIPE, encoding="utf-8")

    def install(self, *arguments, **variables) -> str:
        """Run the installer to its end; return what it said."""
        process = self.start(*arguments, **variables)
        said = process.communicate()[1]
        assert process.returncode == 0, said
        return said

    def version(self) -> str:
        """Import the project and its package from another folder, with the environment's Python."""
        python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        code = "import grc_helpers, petit; print(petit.version)"
        return subprocess.check_output([python, "-c", code], text=True, cwd=self.index).strip()


@POSIX
def test_a_failed_install_then_a_good_one_then_nothing_then_repairs(tmp_path):
    workbook = Workbook(tmp_path)
    shutil.rmtree(workbook.index / "petit")
    process = workbook.start()
    said = process.communicate()[1]
    assert process.returncode == 1 and not workbook.stamp.exists()
    assert "Première installation" in said and "le réseau est-il accessible" in said and "petit" in said

    workbook.lock("1.0")
    said = workbook.install()
    assert "« .venv » est inachevé" in said and "Cahier installé" in said
    assert "paquets, avec pip…" in said, "uv failed, so pip was to take over"
    assert workbook.version() == "1.0"

    stamp, nowhere = workbook.stamp.stat().st_mtime_ns, (tmp_path / "nulle part").as_uri()
    assert "Déjà installé" in workbook.install(PIP_INDEX_URL=nowhere)
    assert workbook.install("--quiet", PIP_INDEX_URL=nowhere) == ""
    assert workbook.stamp.stat().st_mtime_ns == stamp

    tools = workbook.home / "requirements-test.lock"
    lock = tools.read_text(encoding="utf-8")
    tools.write_text(lock + "outil==1.0 \\\n    --hash=sha256:" + 64 * "0" + "\n", encoding="utf-8")
    process = workbook.start("--test", "--quiet")
    assert "Ajout des outils de test" in process.communicate()[1] and process.returncode == 1
    assert workbook.install("--quiet", PIP_INDEX_URL=nowhere) == "", "what was installed goes on working"

    workbook.lock("2.0")
    assert "La liste des paquets du cahier a changé" in workbook.install("--quiet")
    assert workbook.version() == "2.0"

    shutil.rmtree(next(workbook.venv.rglob("petit-2.0.dist-info")))
    next(workbook.venv.rglob("petit.py")).unlink()
    assert "Il manque à « .venv » : petit." in workbook.install("--quiet")
    assert workbook.version() == "2.0"


@POSIX
@pytest.mark.complet
def test_a_killed_install_is_begun_again(tmp_path):
    workbook = Workbook(tmp_path)
    process = workbook.start(GRC_TEST_UV_SLEEP="3")
    deadline = time.monotonic() + 120
    while not list(workbook.venv.glob("lib/*/site-packages/uv-*.dist-info")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert not workbook.stamp.exists()
    said = workbook.install()
    assert "« .venv » est inachevé" in said
    assert workbook.version() == "1.0"


@POSIX
@pytest.mark.complet
def test_a_lost_interpreter_and_a_moved_folder_are_begun_again(tmp_path):
    workbook = Workbook(tmp_path)
    workbook.install()
    for python in (workbook.venv / "bin").glob("python*"):
        python.unlink()
        python.symlink_to("/nulle/part/python3")
    assert "Le Python de « .venv » ne répond plus" in workbook.install("--quiet")
    assert workbook.version() == "1.0"
    workbook.home = workbook.home.rename(tmp_path / "Ailleurs")
    workbook.venv = workbook.home / ".venv"
    assert "Le dossier du cahier a changé de place" in workbook.install("--quiet")
    assert workbook.version() == "1.0"

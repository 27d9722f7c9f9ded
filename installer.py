#!/usr/bin/env python3
"""Install the workbook into ``.venv``, once: ``python3 installer.py [--test]``.

Only the standard library is used, and no syntax newer than Python 3.6, so that an old Python can say what is
needed. The last thing written is a stamp; a run that finds a valid stamp installs nothing and never touches the
network.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
STAMP = os.path.join(VENV, "grc-install.json")
LOG = os.path.join(HERE, ".cache", "installation.log")
WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)
LOCKS = {False: "requirements.lock", True: "requirements-test.lock"}
UV_LOCK = "requirements-uv.lock"

# Run by the new interpreter: every package of the lock has its files, and the project imports from anywhere.
CHECK = """
import csv, sys
from importlib import metadata
from pathlib import Path
from pip._vendor.packaging.requirements import Requirement
wrong = []
for line in Path(sys.argv[1]).read_text().splitlines():
    if line[:1].isalnum():
        wanted = Requirement(line.rstrip(" \\\\"))
        if wanted.marker is None or wanted.marker.evaluate():
            try:
                found = metadata.distribution(wanted.name)
            except metadata.PackageNotFoundError:
                wrong.append(wanted.name)
                continue
            files = [row[0] for row in csv.reader((found.read_text("RECORD") or "").splitlines())]
            gone = [f for f in files if not f.endswith(".pyc") and not found.locate_file(f).exists()]
            if found.version not in wanted.specifier or gone or not files:
                wrong.append(wanted.name)
if wrong:
    sys.exit("incomplete: " + ", ".join(wrong))
import grc_helpers
"""


class InstallError(Exception):
    """Something that the reader can put right; the message says how, in French."""


def name(version):
    """Write a version (3, 11) as 3.11."""
    return "{}.{}".format(*version)


def venv_python():
    """Return the interpreter of the environment."""
    return os.path.join(VENV, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))


def site_packages(version):
    """Return the folder where the environment keeps its packages."""
    parts = ("Lib",) if WINDOWS else ("lib", "python" + version)
    return os.path.join(VENV, *(parts + ("site-packages",)))


def installed(version):
    """Return the dist-info folders of the environment, sorted."""
    try:
        return sorted(f for f in os.listdir(site_packages(version)) if f.endswith(".dist-info"))
    except OSError:
        return []


def venv_version():
    """Ask the environment's interpreter for its version; None if it does not answer."""
    try:
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        command = [venv_python(), "-ISc", code]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    return answer.stdout.decode().strip() if answer.returncode == 0 else None


def digest(test):
    """Return the digest of what decides the content of the environment."""
    sha = hashlib.sha256()
    for file in (LOCKS[test], "pyproject.toml"):
        with open(os.path.join(HERE, file), "rb") as stream:
            sha.update(stream.read())
    return sha.hexdigest()


def read_stamp():
    """Return the stamp, or an empty dictionary if there is none that can be read."""
    try:
        with open(STAMP, encoding="utf-8") as stream:
            stamp = json.load(stream)
        return stamp if isinstance(stamp, dict) else {}
    except (OSError, ValueError):
        return {}


def diagnose(test, this_python):
    """Return (why something must be done or None, whether to start afresh)."""
    if not os.path.lexists(VENV):
        return "Première installation dans « .venv » (une seule fois, quelques minutes au plus).", True
    stamp, version = read_stamp(), venv_version()
    if version is None:
        return "Le Python de « .venv » ne répond plus : l’environnement est refait.", True
    if not stamp:
        return "« .venv » est inachevé (installation interrompue ?) : l’environnement est refait.", True
    if stamp.get("venv") != VENV:
        return "Le dossier du cahier a changé de place : l’environnement est refait.", True
    if stamp.get("python") != version:
        return "Le Python de « .venv » a changé de version : l’environnement est refait.", True
    if this_python and version != name(sys.version_info[:2]):
        return f"« .venv » passe de Python {version} à Python {name(sys.version_info[:2])}.", True
    gone = sorted(set(stamp.get("packages", [])) - set(installed(version)))
    if gone:
        names = ", ".join(f.split("-")[0] for f in gone[:5]) + (", …" if len(gone) > 5 else "")
        return f"Il manque à « .venv » : {names}. Ces paquets sont réinstallés.", False
    if test and not stamp.get("test"):
        return "Ajout des outils de test à « .venv ».", False
    if stamp.get("digest") != digest(bool(stamp.get("test"))):
        return "La liste des paquets du cahier a changé : « .venv » est mis à jour.", False
    return None, False


def candidates():
    """Return the commands that start a supported Python on this machine."""
    found = []
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        command = ["py", f"-3.{minor}"] if WINDOWS else [f"python3.{minor}"]
        code = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
        try:
            answer = subprocess.run(command + ["-c", code], stderr=subprocess.DEVNULL)
        except OSError:
            continue
        if answer.returncode == 0:
            found.append(" ".join(command))
    return found


def check_python(version):
    """Refuse a Python that the workbook does not know, naming one that would do."""
    if OLDEST <= version <= NEWEST:
        return
    fault = "trop ancien" if version < OLDEST else "trop récent"
    lines = [f"Python {name(version)} est {fault} : il faut Python 3.11, 3.12 ou 3.13."]
    found = candidates()
    if found:
        lines += [f"Trouvé sur cette machine : {', '.join(found)}. Lancez :", f"    {found[0]} installer.py"]
        if not WINDOWS:
            lines += ["ou, avec make :", f"    make install PYTHON={found[0]}"]
    else:
        lines.append("Installez Python 3.13 (python.org ou gestionnaire de paquets du système), puis relancez.")
    raise InstallError("\n".join(lines))


def check_modules():
    """Refuse a Python whose distribution left out what makes environments."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    system = os.path.realpath("/usr/bin/python3") == os.path.realpath(sys.executable)
    package = "python3-venv" if system else f"python{name(sys.version_info[:2])}-venv"
    raise InstallError(
        "Ce Python ne sait pas créer d’environnement : il lui manque le module venv ou ensurepip.\n"
        + (f"Lancez :\n    sudo apt install {package}\n" if shutil.which("apt") else "Installez-le en entier, ")
        + "puis recommencez."
    )


def check_running_python():
    """Refuse to make an environment with a Python that cannot."""
    check_python(sys.version_info[:2])
    check_modules()


def clean_environment():
    """Return the environment variables for the tools, without what would send packages elsewhere."""
    away = "PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "VIRTUAL_ENV"
    env = {key: value for key, value in os.environ.items() if key not in away}
    env.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONIOENCODING="utf-8")
    return env


def uv_settings(pip_config):
    """Translate pip's settings (the output of ``pip config list``), which uv does not read, into uv's.

    Returns the arguments and the environment variables to add.
    """
    found = {}
    for line in pip_config.splitlines():
        section, _, option = line.partition("=")[0].rpartition(".")
        if section in ("global", "install", ":env:"):
            value = line.partition("=")[2].strip().strip("'\"").replace("\\n", " ")
            found[option] = " ".join(value.split())
    # As pip does, every index is asked for every package: the hashes are the guard.
    env = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1", "UV_NO_PROGRESS": "1"}
    for option, variable, separator in (
        ("index-url", "UV_DEFAULT_INDEX", " "),
        ("extra-index-url", "UV_INDEX", " "),
        ("find-links", "UV_FIND_LINKS", ","),
        ("trusted-host", "UV_INSECURE_HOST", " "),
        ("cert", "SSL_CERT_FILE", " "),
        ("proxy", "ALL_PROXY", " "),
    ):
        if found.get(option):
            env[variable] = found[option].replace(" ", separator)
    offline = found.get("no-index", "").lower() in ("1", "true", "yes", "on")
    return ["--no-index"] if offline else [], env


class Installer:
    """One installation: its steps, their progress line, their log."""

    def __init__(self, test, lock_file):
        self.lock, self.lock_file = os.path.join(HERE, LOCKS[test]), lock_file
        self.env, self.live = clean_environment(), sys.stderr.isatty()
        os.makedirs(os.path.dirname(LOG), exist_ok=True)
        self.log = open(LOG, "wb")

    def run(self, label, arguments, extra=None, count=None):
        """Run one command under a progress line; return whether it succeeded."""
        options = {"env": dict(self.env, **(extra or {})), "stdout": self.log, "stderr": self.log}
        if self.lock_file:
            options["pass_fds"] = (self.lock_file.fileno(),)
        self.log.write(" ".join(["\n$"] + arguments + ["\n"]).encode("utf-8", "replace"))
        self.log.flush()
        start = time.time()
        child = subprocess.Popen(arguments, cwd=HERE, **options)
        try:
            while child.poll() is None:
                self.progress(label, start, count)
                time.sleep(0.1)
        except BaseException:
            child.terminate()
            child.wait()
            raise
        self.progress(label, start, count, last=True)
        return child.returncode == 0

    def progress(self, label, start, count, last=False):
        """Rewrite the progress line (on a terminal; elsewhere write it once, at the end)."""
        if self.live or last:
            done = f" {len(installed(count))} paquets," if count else ""
            text = f"  {label}…{done} {time.time() - start:.0f} s"
            sys.stderr.write((f"\r{text:60}" if self.live else text) + ("\n" if last else ""))
            sys.stderr.flush()

    def make_venv(self):
        """Make the environment anew with the running Python (or the one that it comes from)."""
        python = getattr(sys, "_base_executable", None) or sys.executable
        if os.path.isfile(VENV) or os.path.islink(VENV):
            os.remove(VENV)
        if not self.run("environnement", [python, "-m", "venv", "--clear", VENV]) or venv_version() is None:
            raise InstallError("L’environnement « .venv » n’a pas pu être créé.\n" + self.last_lines())

    def install(self):
        """Install the lock, then the project; with uv if it can be had and works, else with pip."""
        python, version = venv_python(), venv_version()
        pip = [python, "-m", "pip", "install"]
        hashed = ["--no-deps", "--require-hashes", "--requirement"]
        project = ["--no-deps", "--no-build-isolation", "--editable", HERE]
        done = self.run("outil d’installation", pip + hashed + [os.path.join(HERE, UV_LOCK)])
        if done:
            config = subprocess.run(
                [python, "-m", "pip", "config", "list"], env=self.env, stdout=subprocess.PIPE, stderr=self.log
            )
            arguments, extra = uv_settings(config.stdout.decode("utf-8", "replace"))
            extra.update((key, value) for key, value in os.environ.items() if key.startswith("UV_"))
            uv = [python, "-m", "uv", "pip", "install", "--python", python] + arguments
            done = self.run("paquets", uv + hashed + [self.lock], extra, version)
            done = done and self.run("cahier", uv + project, extra)
        if not done:
            done = self.run("paquets, avec pip", pip + hashed + [self.lock], count=version)
            done = done and self.run("cahier, avec pip", pip + project)
        if not done:
            raise InstallError(
                "L’installation n’a pas abouti : le réseau est-il accessible ? Relancez la même commande.\n"
                + self.last_lines()
            )
        mend_path_file(site_packages(version))

    def works(self):
        """Tell whether the environment holds all of the lock and imports the project."""
        return self.run("vérification", [venv_python(), "-Ic", CHECK, self.lock])

    def last_lines(self):
        """Return the end of the log, and where the rest is."""
        with open(LOG, encoding="utf-8", errors="replace") as log:
            lines = [line.rstrip() for line in log if line.strip()]
        return "\n".join([f"Fin du journal « {LOG} » :"] + ["    " + line for line in lines[-8:]])


def mend_path_file(folder):
    """Write the editable install's path in ASCII: Python 3.11 and 3.12 read it in Windows' local encoding."""
    for file in os.listdir(folder):
        path = os.path.join(folder, file)
        if file.endswith(".pth") and "grc" in file:
            with open(path, "w", encoding="ascii") as stream:
                stream.write(f"import sys; sys.path.append({HERE!a})\n")


def new_stamp(test):
    """Return the stamp of the environment as it is."""
    stamp = {"python": venv_version(), "venv": VENV, "test": test, "digest": digest(test)}
    return dict(stamp, packages=installed(stamp["python"]))


def write_stamp(stamp):
    """Write a stamp at once, so that it is whole or absent."""
    with open(STAMP + ".new", "w", encoding="utf-8") as stream:
        json.dump(stamp, stream, indent=1)
    os.replace(STAMP + ".new", STAMP)


def lock_install():
    """Wait for any other installation; the lock is kept by the tools it started, even if it was killed."""
    try:
        import fcntl
    except ImportError:
        return None
    stream = open(os.path.abspath(__file__), "rb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Une autre installation est en cours : on attend qu’elle finisse…")
        fcntl.flock(stream, fcntl.LOCK_EX)
    except OSError:  # a file system without locks
        pass
    return stream


def say(message):
    """Tell the user one thing."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


def ensure(test, this_python):
    """Do what is needed so that the environment is whole; return whether anything was."""
    if diagnose(test, this_python)[0] is None:
        return False
    lock_file = lock_install()
    reason, afresh = diagnose(test, this_python)
    if reason is None:
        return False
    if afresh:
        check_running_python()
    start = time.time()
    say(reason)
    stamp = read_stamp()
    test = bool(test or stamp.get("test"))
    installer = Installer(test, lock_file)
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if not afresh:
        try:
            installer.install()
        except InstallError:
            write_stamp(stamp)  # what was there is still there: without a network, it goes on working
            raise
        afresh = not installer.works()
        if afresh:
            say("La réparation ne suffit pas : l’environnement est refait.")
            check_running_python()
    if afresh:
        installer.make_venv()
        installer.install()
        if not installer.works():
            raise InstallError("Le cahier est installé mais ne fonctionne pas.\n" + installer.last_lines())
    write_stamp(new_stamp(test))
    say(f"Cahier installé en {time.time() - start:.0f} s, avec Python {venv_version()}.")
    return True


def main(arguments=None):
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description="Installe le cahier GRC dans « .venv ».")
    parser.add_argument("--test", action="store_true", help="installe aussi les outils de test")
    parser.add_argument("--this-python", action="store_true", help="refait .venv si son Python est un autre")
    parser.add_argument("--quiet", action="store_true", help="ne dit rien s’il n’y a rien à faire")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        if not ensure(options.test, options.this_python) and not options.quiet:
            version, here = venv_version(), name(sys.version_info[:2])
            other = "" if version == here else f" Pour passer à Python {here} : ajoutez --this-python."
            say(f"Déjà installé, avec Python {version}.{other}")
        if not options.quiet:
            grc = os.path.join(".venv", "Scripts" if WINDOWS else "bin", "grc")
            say(f"Ensuite : « {grc} lab » ouvre le cahier, « {grc} report » fait les rapports.")
    except InstallError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"L’installation n’a pas abouti : {error}.")
        say("Fermez les programmes qui utilisent « .venv », puis relancez.")
        return 1
    except KeyboardInterrupt:
        say("\nInstallation interrompue : relancez la même commande, elle reprendra.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""JupyterLab as a student gets it: its settings asked from a running server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest

from grc_helpers.classroom import lab
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Start JupyterLab on a folder with a space and an accent; yield a function that asks it for JSON."""
    home = tmp_path_factory.mktemp("élève n° 1")
    folder = home / "travail"
    folder.mkdir()
    (folder / "essai.txt").write_text("essai", encoding="utf-8")
    environment = os.environ | lab.write_settings(home / "jupyter")
    command = lab.lab_command(folder, port=0, browser=False)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 90
        while not (found := list((home / "jupyter" / "data" / "runtime").glob("jpserver-*.json"))):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        about = json.loads(found[0].read_text(encoding="utf-8"))

        def ask(path: str):
            request = urllib.request.Request(about["url"] + path, headers={"Authorization": f"token {about['token']}"})
            for _ in range(100):
                try:
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        return json.load(answer)
                except urllib.error.HTTPError:
                    raise
                except urllib.error.URLError:  # it has told its address, but does not listen yet
                    time.sleep(0.1)
            raise AssertionError(f"no answer from {about['url']}")

        yield ask, about
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


def settings(ask, plugin: str) -> dict:
    answer = ask("lab/api/settings/" + urllib.parse.quote(plugin))
    return {name: value["default"] for name, value in answer["schema"]["properties"].items()}


def test_interface_is_in_french(server):
    assert settings(server[0], "@jupyterlab/translation-extension:plugin")["locale"] == "fr_FR"
    assert server[0]("lab/api/translations/fr_FR")["data"]["jupyterlab"]["Settings"] == ["Paramètres"]


def test_no_news_and_no_update_check(server):
    notification = settings(server[0], "@jupyterlab/apputils-extension:notification")
    assert (notification["fetchNews"], notification["checkForUpdates"]) == ("false", False)


def test_only_kernel_is_this_interpreter(server):
    specs = server[0]("api/kernelspecs")["kernelspecs"]
    assert list(specs) == ["python3"]
    assert specs["python3"]["spec"]["argv"][0] in ("python", "python3", sys.executable)


def test_it_shows_the_folder_and_asks_for_a_token(server):
    ask, about = server
    assert [entry["name"] for entry in ask("api/contents")["content"]] == ["essai.txt"]
    assert about["token"] and about["url"].startswith(("http://localhost", "http://127.0.0.1"))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(about["url"] + "api/contents", timeout=30)


def test_a_taken_port_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(GrcError, match=f"Le port {port} n'est pas libre") as error:
            lab.start_lab(port=port, browser=False)
    assert "choisissez-en un autre" in str(error.value)

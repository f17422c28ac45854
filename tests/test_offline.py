"""Our own processes refuse the network, and say so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TRY = """
import socket, sys
from engine.offline import refused, stay_offline
assert refused() is None
stay_offline()
stay_offline()
for attempt in (
    lambda: socket.socket(),
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.create_connection(("127.0.0.1", 9)),
):
    try:
        attempt()
        print("could")
    except OSError as error:
        print(error)
if sys.platform != "win32":
    socket.socketpair()[0].close()
print(refused())
"""


def test_a_guarded_process_makes_no_internet_socket_and_looks_no_name_up() -> None:
    done = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=True)
    *told, count = done.stdout.splitlines()
    assert len(told) == 4
    assert all("stays offline" in line for line in told)
    assert count == "4"


def test_the_command_line_is_guarded_from_its_first_line_on(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.argv = ['afterimage', '--version']\n"
        "from desktop_app.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "from engine.offline import refused\nassert refused() == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True)


@pytest.mark.slow
def test_doctor_proves_that_nothing_leaves_the_machine(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    library = ["--library", str(tmp_path / "library")]
    command = [sys.executable, "-m", "desktop_app"]
    subprocess.run([*command, "index", str(tmp_path / "photos"), *library], check=True, capture_output=True)
    done = subprocess.run([*command, "doctor", "--offline-proof", *library], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "now: 0" in done.stdout
    told = subprocess.run([*command, "doctor", "--json", *library], check=True, capture_output=True, text=True)
    assert json.loads(told.stdout)["network"] == {"connections": 0, "refused": 0}

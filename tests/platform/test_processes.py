"""The command line's own part of a running city: a clean end, a taken port, errors as sentences."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tongban.cli import demo
from tongban.platform.errors import PlatformError


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongban", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | environment)  # noqa: S603


@pytest.mark.slow
def test_a_refusal_is_a_code_and_two_sentences_in_each_language() -> None:
    refused = run("migrate", TONGBAN_PORT="none")
    assert refused.returncode == 1
    chinese, english = refused.stderr.splitlines()
    assert chinese == "bad-port: TONGBAN_PORT 是 'none'，不是端口号。 请给出 1 到 65535 之间的整数。"
    assert english == "bad-port: TONGBAN_PORT is 'none', which is no port number. Give a whole number from 1 to 65535."


def test_a_taken_port_is_said_before_anything_is_set_up() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PlatformError, match="port-taken"):
            demo.refuse_taken_port(other.getsockname()[1])


def test_a_process_of_ours_ends_when_we_are_killed() -> None:
    program = (
        "import subprocess, time; from tongban.cli.demo import die_with_parent\n"
        "child = subprocess.Popen(['sleep', '600'], preexec_fn=die_with_parent); print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:  # noqa: S603
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(child)


def runs(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"

"""A command that is interrupted, or whose output nobody takes, ends without a trace."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from jamhot.console import quiet_end


def test_an_interrupted_block_is_130() -> None:
    with pytest.raises(SystemExit) as ended, quiet_end():
        raise KeyboardInterrupt
    assert ended.value.code == 130


def test_what_the_system_refuses_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, quiet_end(), open("/nowhere/at/all"):  # noqa: PTH123 (any refusal)
        pass
    assert ended.value.code == 1
    assert capsys.readouterr().err == "error: No such file or directory: /nowhere/at/all\n"


def test_a_reader_who_left_is_not_told() -> None:
    program = "from jamhot.console import quiet_end\nwith quiet_end():\n    print('x' * 1_000_000)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert (running.stderr.read(), running.wait(30)) == ("", 1)


def test_ctrl_c_while_modules_are_read_leaves_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import jamhot; raise KeyboardInterrupt"], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")
    other = subprocess.run([sys.executable, "-c", "import jamhot; raise ValueError"], capture_output=True, text=True)
    assert "ValueError" in other.stderr

"""A file is whole or what it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jamhot.files import written_whole


def test_the_file_is_replaced_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a file"
    path.write_text("before")
    with written_whole(path) as file:
        file.write(b"after")
        assert path.read_text() == "before"
        assert list(tmp_path.iterdir()) == [path], "what is being written has no name"
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_what_was(tmp_path: Path) -> None:
    path = tmp_path / "a file"
    path.write_text("before")
    with pytest.raises(TypeError), written_whole(path) as file:
        file.writelines([b"after", "no bytes"])
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_none_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError), written_whole(tmp_path / "nowhere" / "file"):  # noqa: PT011 (any of them)
        pass
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError), written_whole(tmp_path / "folder") as file:  # noqa: PT011 (any of them)
        file.write(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(IsADirectoryError), written_whole(Path()):
        pass


def test_a_link_stays_one(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "elsewhere" / "file"
    file.parent.mkdir()
    file.write_text("before")
    link.symlink_to(file)
    with written_whole(link) as whole:
        whole.write(b"after")
    assert link.is_symlink()
    assert file.read_text() == "after"


def test_a_device_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a file"), written_whole(pipe) as file:
        file.write(b"x")
    assert pipe.is_fifo()

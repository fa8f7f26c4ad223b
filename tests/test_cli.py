"""`jamhot …` from the shell: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from jamhot import cli
from jamhot.catalog import rules
from tests import pictures

RUN = CliRunner()


def test_help_names_the_commands() -> None:
    told = RUN.invoke(cli.cli, ["--help"])
    assert told.exit_code == 0
    for command in ("serve", "classify", "catalog", "jamlab"):
        assert command in told.output


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://localhost:80"), ("jam.local", "http://jam.local:80"), ("::1", "http://[::1]:80")],
)
def test_the_address_that_is_told_can_be_opened(host: str, address: str) -> None:
    assert cli._address(host, 80) == address


def test_classify_says_what_each_photo_shows(tmp_path: Path) -> None:
    photo = tmp_path / "a photo.jpg"
    photo.write_bytes(pictures.jpeg())
    told = RUN.invoke(cli.cli, ["classify", str(photo)])
    assert told.exit_code == 0
    assert told.output.startswith("a photo.jpg: ")
    assert told.output.count("%") == 5


def test_classify_tells_a_bad_photo_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no photo")
    monkeypatch.setattr("sys.argv", ["jamhot", "classify", str(text)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("jamhot: These bytes are no photo")


def test_catalog_check_ends_with_1_when_a_rule_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert RUN.invoke(cli.cli, ["catalog", "check"]).exit_code == 0
    monkeypatch.setattr(rules, "check_content", lambda: ["[banned] plum-jam: paraffin"])
    told = RUN.invoke(cli.cli, ["catalog", "check"])
    assert told.exit_code == 1
    assert "paraffin" in told.output


def test_jamlab_tells_set_gel_point_and_keeping() -> None:
    told = RUN.invoke(cli.cli, ["jamlab", "plum 1300g", "--altitude", "800"])
    assert told.exit_code == 0, told.output
    assert "Set: likely" in told.output
    assert "Gel point at 800 m: 101.7 °C" in told.output
    assert "Keeping: 4 weeks in the fridge" in told.output
    assert told.output.startswith("! ")


def test_jamlab_tells_nonsense_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["xyzzy 3kg"], ["plum 500kg"], ["plum 1kg", "--kind", "curd"], ["plum 1kg", "--altitude", "120000"]):
        monkeypatch.setattr("sys.argv", ["jamhot", "jamlab", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        assert capsys.readouterr().err.startswith("jamhot: ")

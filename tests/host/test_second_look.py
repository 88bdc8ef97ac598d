"""`./beside test` looks once more at the few that failed in a browser: docs/decisions/0016."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from beside.commands import proof

MARKS = "[pytest]\nmarkers =\n    browser\n    call\n"
ROUNDS = {
    "plain": "",
    "page": "@pytest.mark.browser",
    "call": "@pytest.mark.browser @pytest.mark.call",
}
TEST = """
import pathlib, pytest

{marks}
@pytest.mark.parametrize("fails", {fails})
def test_it(fails, request):
    before = pathlib.Path(__file__).with_suffix(f".{{request.node.callspec.id}}")
    times = before.read_text() if before.exists() else ""
    before.write_text(times + "x")
    assert len(times) >= fails
"""


@pytest.mark.parametrize(
    ("where", "fails", "code", "looks"),
    [
        ("page", [0, 1], 0, ["x", "xx"]),
        ("call", [2], 1, ["xx"]),
        ("page", [1] * (proof.FEW + 1), 1, ["x"] * (proof.FEW + 1)),
        ("plain", [1], 1, ["x"]),
    ],
)
def test_what_fails_twice_or_in_numbers_or_without_a_browser_has_failed(
    where: str,
    fails: list[int],
    code: int,
    looks: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pytest.ini").write_text(MARKS)
    for name, marks in ROUNDS.items():
        words = TEST.format(marks=marks.replace(" ", "\n"), fails=fails if name == where else [0])
        (tmp_path / f"test_{name}.py").write_text(words)
    monkeypatch.setattr(proof, "TOP", tmp_path)
    monkeypatch.delenv("CI", raising=False)  # what is missing in that folder is no matter
    rest = ["-q", "-pno:django", "--numprocesses=0"]
    assert proof.test(argparse.Namespace(rest=rest)) == code
    assert ("FAILED ONCE, passed alone" in capfd.readouterr().out) == (code == 0)
    assert [file.read_text() for file in sorted(tmp_path.glob(f"test_{where}.*[0-9]"))] == looks

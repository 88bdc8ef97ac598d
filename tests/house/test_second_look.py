"""`./beside test` looks once more at the few that failed in a browser: docs/decisions/0016."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from beside.commands import proof

TEST = """
import pathlib, pytest

@pytest.mark.parametrize("fails", {fails})
def test_it(fails, request):
    before = pathlib.Path(__file__).with_name(f"times-{{request.node.callspec.id}}")
    times = before.read_text() if before.exists() else ""
    before.write_text(times + "x")
    assert len(times) >= fails
"""


@pytest.mark.parametrize(
    ("fails", "code", "looks"),
    [
        ([0, 1], 0, ["x", "xx"]),
        ([0, 2], 1, ["x", "xx"]),
        ([1] * (proof.FEW + 1), 1, ["x"] * (proof.FEW + 1)),
    ],
)
def test_what_fails_twice_or_in_numbers_has_failed(
    fails: list[int],
    code: int,
    looks: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "test_it.py").write_text(TEST.format(fails=fails))
    monkeypatch.setattr(proof, "TOP", tmp_path)
    words = [sys.executable, "-m", "pytest", "-q", "-pno:django", "-o", f"cache_dir={tmp_path}/c"]
    subprocess.run(words, cwd=tmp_path, check=False)
    assert proof.once_more(words, tmp_path / "c", {}) == code
    assert ("FAILED ONCE, passed alone" in capfd.readouterr().out) == (code == 0)
    assert [file.read_text() for file in sorted(tmp_path.glob("times-*"))] == looks

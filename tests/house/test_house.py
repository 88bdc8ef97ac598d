"""The shape of the house: what the linters cannot see."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

TOP = Path(__file__).resolve().parents[2]
SRC = TOP / "src" / "beside"
HOUSE_ACTS = Path(__file__).with_name("acts_of_the_house.txt")


def _floors() -> dict[str, int]:
    """Each app's floor, 0 at the bottom, as the import contract has it."""
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c for c in contracts["contracts"] if c.get("exhaustive"))["layers"]
    return {
        name.strip(): number
        for number, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


FLOORS = _floors()


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("beside.")]


def our_relations() -> Iterator[tuple[type[models.Model], Any]]:
    for model in our_models():
        for field in model._meta.get_fields():
            ours = field.is_relation and not field.auto_created and field.related_model
            if ours and field.related_model.__module__.startswith("beside."):
                yield model, field


def modules(pattern: str) -> list[Path]:
    return sorted(
        path
        for path in SRC.glob(pattern)
        if "tests" not in path.relative_to(SRC).parts
        and "migrations" not in path.relative_to(SRC).parts
    )


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls, or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    parts: list[str] = []
    at: ast.expr = node.func
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    return ".".join([at.id, *reversed(parts)]) if isinstance(at, ast.Name) else ""


def test_relations_point_down() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model, field in our_relations()
        if FLOORS[field.related_model._meta.app_label] > FLOORS[model._meta.app_label]
    ]
    assert wrong == []


def test_no_model_grows_names_from_the_floor_above() -> None:
    grown = [
        f"{model._meta.label}.{field.name}"
        for model, field in our_relations()
        if field.related_model._meta.app_label != model._meta.app_label
        and not field.remote_field.hidden
    ]
    assert grown == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_table_says_how_long_it_is_kept(model: type[models.Model]) -> None:
    assert getattr(model, "KEPT", "") != ""


def acts() -> list[tuple[Path, ast.FunctionDef]]:
    return [
        (path, node)
        for path in [*modules("*/actions.py"), *modules("*/actions/*.py")]
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(
    ("path", "act"), acts(), ids=[f"{path.parent.name}.{act.name}" for path, act in acts()]
)
def test_every_act_names_who_does_it_and_asks_leave(path: Path, act: ast.FunctionDef) -> None:
    assert "by" in {argument.arg for argument in act.args.kwonlyargs}
    body = [
        line
        for line in act.body
        if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
    ]
    first = body[0]
    assert isinstance(first, ast.Expr)
    assert called(first.value) in {"require", "policy.require"}


@pytest.mark.parametrize(
    "path", sorted(SRC.glob("*/templates/**/*.html")), ids=lambda p: str(p.relative_to(SRC))
)
def test_templates_borrow_only_from_beneath(path: Path) -> None:
    here = path.relative_to(SRC).parts[0]
    borrowed = re.findall(r"""{%\s*(?:include|extends)\s+["']([a-z]+)/""", path.read_text())
    assert [name for name in borrowed if FLOORS[name] > FLOORS[here]] == []


def test_nothing_waits_for_the_commit() -> None:
    waiting = [str(path) for path in modules("**/*.py") if "on_commit(" in path.read_text()]
    assert waiting == []


def uses_of_the_house() -> list[str]:
    """Every `wall.house("…")` with the module it stands in."""
    found = []
    for path in modules("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if called(node) in {"wall.house", "house"} and isinstance(node, ast.Call) and node.args:
                words = ast.unparse(node.args[0]).strip("'\"")
                place = ".".join(path.relative_to(SRC).with_suffix("").parts)
                found.append(f"{place}: {words}")
    return sorted(set(found))


def test_every_use_of_the_house_is_listed() -> None:
    """To change the list: python -m tests.house.list_acts, and read the difference."""
    assert uses_of_the_house() == HOUSE_ACTS.read_text().splitlines()


def test_no_page_acts_as_the_house() -> None:
    pages = [line for line in uses_of_the_house() if re.search(r"\.(views|forms|live)\b", line)]
    assert pages == []


def test_nothing_is_fetched_from_another_host() -> None:
    """No address of another host stands in a template, stylesheet or script, but links to read."""
    strange = re.compile(
        r"""(?:src|srcset|action|data|@import|url\()\s*=?\s*["'(]?\s*(?:https?:)?//"""
    )
    wrong = [
        str(path.relative_to(SRC))
        for kind in ("html", "css", "js")
        for path in SRC.glob(f"*/**/*.{kind}")
        if strange.search(path.read_text())
    ]
    assert wrong == []


def test_no_registry_is_named() -> None:
    named = re.compile(r"pypi\.org|pythonhosted|npmjs\.|registry\.|\"resolved\"")
    files = [*TOP.glob("requirements/*.txt"), *TOP.glob("package*.json"), TOP / "pyproject.toml"]
    assert [path.name for path in files if named.search(path.read_text())] == []


def test_every_setting_is_documented() -> None:
    read = re.compile(r"""(?:environ(?:\.get)?[\[(]|_flag\()\s*"([A-Z][A-Z_]+)\"""")
    names = {name for path in modules("**/*.py") for name in read.findall(path.read_text())}
    told = (TOP / "docs" / "reference" / "settings.md").read_text()
    assert sorted(name for name in names if f"`{name}`" not in told) == []


def test_every_command_is_documented() -> None:
    added = re.compile(r"""add_parser\(\s*"([a-z-]+)\"""")
    names = set(added.findall((SRC / "commands" / "__init__.py").read_text()))
    told = (TOP / "docs" / "reference" / "commands.md").read_text()
    assert sorted(name for name in names if f"./beside {name}" not in told) == []


def test_every_app_says_in_half_a_page_what_it_is() -> None:
    rooms = {path.parent for path in SRC.glob("*/apps.py")}
    assert sorted(room.name for room in rooms if not (room / "README.md").exists()) == []

"""Sealing and opening the words of a concern: all under its own key, whoever wrote them."""

from __future__ import annotations

from dataclasses import dataclass

from beside.care.models import Case, Concern, Letter, Note, Report, Source
from beside.care.words import Kind
from beside.kernel import clock
from beside.kernel.text import tidy
from beside.people.models import Person
from beside.vault.box import Box


@dataclass(frozen=True)
class Opened:
    """What is in a concern, unsealed for one who has it in their hands; not who told us."""

    excerpt: str
    told: list[tuple[Report, str]]
    notes: list[tuple[Note, str]]
    letters: list[tuple[Letter, str]]


def box(concern: int) -> Box:
    """What is sealed for one concern (its number)."""
    return Box("concern", concern)


def seal_excerpt(concern: Concern, words: str) -> None:
    concern.excerpt = box(concern.pk).seal(
        words, table="care_concern", column="excerpt", row=concern.key
    )


def excerpt_of(concern: Concern) -> str:
    return box(concern.pk).open(
        concern.excerpt, table="care_concern", column="excerpt", row=concern.key
    )


def _words_box(report: Report) -> Box:
    """A place where somebody is has a key of its own, so that it can be erased by itself."""
    return Box("place", report.pk) if report.kind == Kind.WHERE else box(report.box)


def seal_words(report: Report, words: str) -> None:
    """Seal what somebody told us; the report stands in the database already."""
    report.words = _words_box(report).seal(
        tidy(words), table="care_report", column="words", row=report.key
    )


def erase_place(report: Report) -> None:
    """From here on nobody can read where they were."""
    _words_box(report).destroy()
    Report.objects.filter(pk=report.pk).update(words=None)


def words_of(report: Report) -> str:
    """What somebody told us; nothing when they only pressed a button."""
    if report.words is None:
        return ""
    place = {"table": "care_report", "column": "words", "row": report.key}
    return _words_box(report).open(report.words, **place)


def seal_answer(report: Report, answer: str) -> None:
    report.answer = box(report.box).seal(
        tidy(answer), table="care_report", column="answer", row=report.key
    )


def answer_of(report: Report) -> str:
    if report.answer is None:
        return ""
    return box(report.box).open(report.answer, table="care_report", column="answer", row=report.key)


def write_note(case: Case, words: str, *, by: Person, signed: str) -> Note:
    note = Note(case=case, concern_id=case.concern_id, by=by, signed=signed, at=clock.now())
    note.sealed = Box("case", case.pk).seal(
        tidy(words), table="care_note", column="sealed", row=note.key
    )
    note.save(force_insert=True)
    return note


def note_words(note: Note) -> str:
    return Box("case", note.case_id).open(
        note.sealed, table="care_note", column="sealed", row=note.key
    )


def write_letter(
    concern: Concern, person: Person, words: str, *, signed: str, theirs: bool
) -> Letter:
    letter = Letter(concern=concern, person=person, signed=signed, theirs=theirs, at=clock.now())
    letter.sealed = box(concern.pk).seal(
        tidy(words), table="care_letter", column="sealed", row=letter.key
    )
    letter.save(force_insert=True)
    return letter


def letter_words(letter: Letter) -> str:
    return box(letter.concern_id).open(
        letter.sealed, table="care_letter", column="sealed", row=letter.key
    )


def open_all(concern: Concern) -> Opened:
    """Everything in a concern, in the order in which it came. Called as the house."""
    sources = Source.objects.filter(concern=concern).values("report")
    reports = Report.objects.filter(pk__in=sources).order_by("at", "pk")
    notes = Note.objects.filter(concern=concern).order_by("at", "pk")
    letters = Letter.objects.filter(concern=concern).order_by("at", "pk")
    return Opened(
        excerpt_of(concern),
        [(report, words_of(report)) for report in reports],
        [(note, note_words(note)) for note in notes],
        [(letter, letter_words(letter)) for letter in letters],
    )

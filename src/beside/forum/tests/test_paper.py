"""From what was typed to what is shown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as some

from beside.forum.paper import beginning, to_html


def test_paragraphs_and_line_breaks_stay() -> None:
    assert to_html("one\ntwo\n\n\nthree") == "<p>one<br>two</p><p>three</p>"


def test_markup_is_shown_as_it_was_typed() -> None:
    assert to_html("<b>&") == "<p>&lt;b&gt;&amp;</p>"


def test_what_is_quoted_stands_apart() -> None:
    assert to_html("> was it\n> so?\nyes") == (
        "<blockquote><p>was it<br>so?</p></blockquote><p>yes</p>"
    )


def test_addresses_of_pages_can_be_followed_and_tell_nobody_where_from() -> None:
    rel = "noopener noreferrer nofollow ugc"
    assert to_html("see https://example.org/a?b=1&c=(2), ok") == (
        f'<p>see <a href="https://example.org/a?b=1&amp;c=(2)" rel="{rel}">'
        "https://example.org/a?b=1&amp;c=(2)</a>, ok</p>"
    )
    assert "<a" not in to_html("javascript:alert(1) data:text/html,x ftp://a.example/")


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words += data


@given(some.text() | some.text(alphabet="<>&\"'=/ \nabhtps:.()>"))
def test_nobody_can_write_a_tag_of_their_own(words: str) -> None:
    seen = Seen()
    seen.feed(to_html(words))
    seen.close()
    for tag, attrs in seen.tags:
        assert tag in {"p", "br", "blockquote", "a"}
        assert [name for name, _ in attrs] == (["href", "rel"] if tag == "a" else [])
        assert tag != "a" or str(attrs[0][1]).lower().startswith(("http://", "https://"))


@given(some.text(alphabet="ab>&<. \n"))
def test_no_sign_is_lost_but_space_and_quotation(words: str) -> None:
    seen = Seen()
    seen.feed(to_html(words))
    seen.close()

    def bare(text: str) -> str:
        return re.sub(r"[\s>]", "", text)

    assert bare(seen.words) == bare(words)


def test_a_beginning_is_cut_between_words() -> None:
    assert beginning("One two\nthree four", signs=12) == "One two…"
    assert beginning("One two") == "One two"

"""The pages as people meet them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from beside.forum import actions
from beside.forum.feelings import Kind
from beside.forum.models import Post, Read, Topic
from beside.forum.tests.writing import reply, share
from beside.kernel import clock
from beside.kernel.ids import new_key
from tests.cast import Cast


def browser(cast: Cast, part: str) -> Client:
    client = Client()
    if part != "nobody":
        client.force_login(cast[part])
    return client


def address(topic: Topic) -> str:
    return f"/g/{topic.group.key}/talk/{topic.key}/"


def plain(html: bytes) -> str:
    """The page without what differs from one answer to the next."""
    words = re.sub(r'value="[A-Za-z0-9]{64}"', "", html.decode())
    return re.sub(r'name="form_key" value="[a-z0-9]+"', "", words)


def test_somebody_shares_something_without_javascript(cast: Cast) -> None:
    client = browser(cast, "member")
    form = client.get(f"/g/{cast.group.key}/talk/new/?wants=ideas")
    assert re.search(rb'value="ideas"[^>]*checked', form.content)
    sent = client.post(
        f"/g/{cast.group.key}/talk/new/",
        {"title": "Alarms", "words": "How?", "wants": "ideas", "form_key": new_key()},
    )
    topic = _only_topic(cast)
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(address(topic) + "?after=1#post-")
    page = client.get(address(topic)).content.decode()
    assert "Alarms" in page
    assert "ideas welcome" in page


def test_pressing_send_twice_leads_to_the_same_post(cast: Cast) -> None:
    topic = share(cast).topic
    client = browser(cast, "greeter")
    said = {"words": "Here too.", "form_key": new_key()}
    first, second = (client.post(address(topic), said).headers["Location"] for _ in range(2))
    assert first == second


def test_a_form_that_lacks_words_comes_back_with_what_was_written(cast: Cast) -> None:
    client = browser(cast, "member")
    back = client.post(
        f"/g/{cast.group.key}/talk/new/", {"title": "", "words": "Half a thought", "wants": "heard"}
    )
    assert back.status_code == 422
    assert "Half a thought" in back.content.decode()
    long = client.post(address(share(cast).topic), {"words": "a" * 10_001})
    assert long.status_code == 422
    assert "a" * 10_001 in long.content.decode()


@pytest.mark.parametrize("part", ["removed", "left", "stranger"])
def test_words_that_cannot_be_posted_are_handed_back(cast: Cast, part: str) -> None:
    topic = share(cast).topic
    written = "I had written all of this <b>already</b>"
    for where in (address(topic), f"/g/{cast.group.key}/talk/new/"):
        back = browser(cast, part).post(where, {"words": written, "title": "My title"})
        assert back.status_code == 404
        page = back.content.decode()
        assert "Nothing was posted" in page
        assert "all of this &lt;b&gt;already" in page
        assert cast.group.name not in page
        assert topic.title not in page
    with cast.looking_as("member"):
        assert Post.objects.count() == 1


@pytest.mark.parametrize("part", ["removed", "left", "stranger", "elsewhere", "duty_worker"])
def test_whoever_is_not_a_member_finds_nothing(cast: Cast, part: str) -> None:
    post = share(cast)
    client = browser(cast, part)
    talk = f"/g/{cast.group.key}/talk/"
    assert [client.get(at).status_code for at in (talk, talk + "new/", address(post.topic))] == [
        404
    ] * 3
    for verb in ("feel", "withdraw", "seen"):
        done = client.post(f"{address(post.topic)}{post.key}/{verb}/", {"give": "with_you"})
        assert done.status_code == 404


def test_a_stranger_is_asked_to_sign_in(cast: Cast) -> None:
    topic = share(cast).topic
    answer = browser(cast, "nobody").get(address(topic))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_fellow_feeling_is_shown_in_names_and_taken_back(cast: Cast) -> None:
    post = share(cast)
    client = browser(cast, "greeter")
    feel = f"{address(post.topic)}{post.key}/feel/"
    client.post(feel, {"give": Kind.BEEN_THERE})
    client.post(feel, {"give": Kind.BEEN_THERE})
    page = client.get(address(post.topic)).content.decode()
    assert "Noor has been there" in page
    assert 'aria-pressed="true"' in page
    client.post(feel, {"take": Kind.BEEN_THERE})
    assert "Noor has been there" not in client.get(address(post.topic)).content.decode()
    assert client.post(feel, {"give": "a thousand likes"}).status_code == 302


def test_reading_is_remembered_and_news_are_counted(cast: Cast) -> None:
    topic = share(cast).topic
    client = browser(cast, "greeter")
    client.get(address(topic))
    reply(cast, topic, by="facilitator")
    page = client.get(f"/g/{cast.group.key}/talk/").content.decode()
    assert "1 new" in page
    client.get(address(topic))
    with cast.looking_as("greeter") as noor:
        assert Read.objects.visible_to(noor).get().position == 2
    assert "1 new" not in client.get(f"/g/{cast.group.key}/talk/").content.decode()


def test_a_folded_opening_is_opened_by_the_reader(cast: Cast) -> None:
    topic = share(cast, note="sleep", words="A long night.").topic
    page = browser(cast, "greeter").get(address(topic)).content.decode()
    assert re.search(r'<details class="fold"><summary><span>Folded by .*sleep', page)
    listed = browser(cast, "greeter").get(f"/g/{cast.group.key}/talk/").content.decode()
    assert "A long night." not in listed
    mine = browser(cast, "member").get(address(topic)).content.decode()
    assert '<details class="fold" open>' in mine


def test_words_of_somebody_blocked_are_folded_for_the_blocker_alone(cast: Cast) -> None:
    topic = share(cast).topic
    reply(cast, topic, by="blocked", words="It is Hal.")
    said = "Words of somebody you blocked here"
    assert said in browser(cast, "member").get(address(topic)).content.decode()
    assert said not in browser(cast, "greeter").get(address(topic)).content.decode()


def test_only_the_writer_sees_the_card_and_others_see_the_same_page_as_ever(cast: Cast) -> None:
    topic = share(cast, words="Ordinary words.").topic
    before = plain(browser(cast, "greeter").get(address(topic)).content)
    with cast.looking_as("member") as marlow:
        post = topic.posts.get()
        from beside import wall
        from beside.forum.models import Card

        with wall.house("test.card"):
            Card.objects.create(person=marlow, post=post)
    assert "Why you see this" in browser(cast, "member").get(address(topic)).content.decode()
    assert plain(browser(cast, "greeter").get(address(topic)).content) == before
    browser(cast, "member").post(f"{address(topic)}{post.key}/seen/")
    assert "Why you see this" not in browser(cast, "member").get(address(topic)).content.decode()


def test_pages_of_a_long_topic_follow_one_another(cast: Cast) -> None:
    topic = share(cast).topic
    for number in range(2, 44):
        reply(cast, topic, by="facilitator", words=f"number {number}.")
    client = browser(cast, "greeter")

    def numbers(where: str) -> list[int]:
        page = client.get(where).content.decode()
        return [int(n) for n in re.findall(r"<p>number (\d+)\.</p>", page)]

    assert numbers(address(topic) + "?after=1") == list(range(2, 22))
    assert numbers(address(topic) + "?after=21") == list(range(22, 42))
    assert numbers(address(topic) + "?after=41") == [42, 43]
    assert numbers(address(topic)) == [42, 43]  # where the reading stopped
    for odd in ("0", "-1", "99999999999999", "x", "２"):
        assert client.get(f"{address(topic)}?after={odd}").status_code == 200


def test_older_talk_is_a_page_away(cast: Cast) -> None:
    for number in range(23):
        share(cast, title=f"Title {number:02}.")
    client = browser(cast, "member")
    talk = f"/g/{cast.group.key}/talk/"
    first = client.get(talk).content.decode()
    assert len(re.findall(r"Title \d\d\.", first)) == 20
    older = re.search(r"\?before=([a-z0-9]+)", first)
    assert older
    second = client.get(f"{talk}?before={older[1]}").content.decode()
    assert re.findall(r"Title \d\d\.", second) == ["Title 02.", "Title 01.", "Title 00."]
    assert client.get(f"{talk}?before=nothing").status_code == 404


def test_no_row_number_and_no_group_name_in_title(cast: Cast) -> None:
    topic = share(cast).topic
    reply(cast, topic)
    page = browser(cast, "greeter").get(address(topic)).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title
    assert title[1].strip() == "One topic · Beside"
    assert "member" not in re.findall(r'(?:href|hx-get|action)="([^"]*)"', page)


def count(client: Client, where: str) -> int:
    """How many questions a page asks, the frames of transactions left out."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


def test_a_topic_asks_the_same_number_of_questions_with_one_answer_and_with_three(
    cast: Cast,
) -> None:
    topic = share(cast).topic
    client = browser(cast, "greeter")

    def ask() -> int:
        client.get(address(topic))
        return count(client, address(topic))

    reply(cast, topic, by="facilitator")
    with cast.looking_as("greeter") as noor:
        actions.feel(topic.posts.get(position=1), Kind.WITH_YOU, by=noor)
    one = ask()
    for _ in range(2):
        post = reply(cast, topic, by="facilitator")
        with cast.looking_as("greeter") as noor:
            actions.feel(post, Kind.THANKS, by=noor)
    assert ask() == one == 13


def test_the_list_asks_the_same_number_of_questions_with_one_topic_and_with_three(
    cast: Cast,
) -> None:
    client = browser(cast, "greeter")
    talk = f"/g/{cast.group.key}/talk/"
    share(cast)
    client.get(talk)
    one = count(client, talk)
    for _ in range(2):
        reply(cast, share(cast).topic, by="facilitator")
    assert count(client, talk) == one == 10


def _only_topic(cast: Cast) -> Topic:
    with cast.looking_as("member"):
        return Topic.objects.select_related("group").get()


def test_words_sent_from_a_shared_device_that_has_rested_are_given_back(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast["member"])
    address = f"/g/{cast.group.key}/talk/new/"
    assert browser.get(address).status_code == 200
    with clock.at(cast.now + timedelta(minutes=20)):
        back = browser.post(address, {"title": "Tonight", "words": "It took me long to write."})
    assert back.status_code == 403
    assert "It took me long to write." in back.content.decode()

"""What a topic page costs beside a bare page, and how that grows from a small forum to a full one.

    python -m bench.topic                          # 200 topics of 500 posts each
    python -m bench.topic --topics 40 --posts 100

Measured without a network, one request at a time, signed in as a member; CPU of the application and
of its database process. The bare page is our own layout with nothing on it. Requests per second say
nothing on a busy machine; the ratios within one run do.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import timedelta
from typing import Any

from bench import scratch

SENTENCES = (
    "I read along for two weeks before I wrote anything here.",
    "Today I slept until four and told nobody, so I am telling you.",
    "It helped to put the kettle next to the bed, silly as it sounds.",
    "Some mornings the walk to the corner is the whole of the day.",
    "Thank you for asking how it was and not what I did about it.",
)
urlpatterns: list[Any] = []


def main() -> None:
    """Prints one line a page: CPU milliseconds of application and database, and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=200)
    parser.add_argument("--posts", type=int, default=500, help="in each topic")
    parser.add_argument("--rounds", type=int, default=60)
    told = parser.parse_args()
    with scratch.database():
        from django.conf import settings

        settings.ROOT_URLCONF = __name__
        _addresses()
        _run(told)


def _addresses() -> None:
    from django.shortcuts import render
    from django.urls import include, path

    urlpatterns.append(path("bare/", lambda request: render(request, "look/base.html")))
    urlpatterns.append(path("", include("beside.urls")))


def _run(told: argparse.Namespace) -> None:
    from django.db import connection
    from django.test import Client

    from tests.cast import build

    connection.settings_dict["NAME"] = "beside_template"
    cast = build()
    client = Client()
    client.force_login(cast["member"])
    small = _fill(cast, topics=5, posts=25)
    # A page of 20 answers in both: only what lies around it grows.
    first = _measure(client, _pages(cast, small, after=1), told.rounds)
    began = time.perf_counter()
    full = _fill(cast, topics=told.topics, posts=told.posts)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from forum_post")
        print(f"{told.topics} topics of {told.posts} posts in {time.perf_counter() - began:.0f} s")
    deep = max(1, told.posts - told.posts % 20 - 19)
    second = _measure(client, _pages(cast, full, after=deep), told.rounds)
    print(f"{'':<24}{'small':>7}{'db':>6}{'full':>8}{'db':>6}{'growth':>9}{'to bare':>9}")
    bare = second["bare page"]
    for name, (app, database) in second.items():
        was_app, was_database = first[name]
        growth = (app + database) / (was_app + was_database)
        ratio = (app + database) / sum(bare)
        print(f"{name:<24}{was_app:>7.1f}{was_database:>6.1f}{app:>8.1f}{database:>6.1f}"
              f"{growth:>9.2f}{ratio:>9.2f}")  # fmt: skip


def _pages(cast: Any, topic: Any, *, after: int) -> dict[str, str]:
    talk = f"/g/{cast.group.key}/talk/"
    return {
        "bare page": "/bare/",
        "topic, first page": f"{talk}{topic.key}/?after=1",
        "topic, deep page": f"{talk}{topic.key}/?after={after}",
        "list of topics": talk,
    }


def _fill(cast: Any, *, topics: int, posts: int) -> Any:
    """Topics with as many posts each, written straight into the tables; returns the last one."""
    from django.db import transaction

    from beside import wall
    from beside.forum.models import Feeling, Post, Read, Topic
    from beside.forum.paper import to_html

    writers = [cast.personas[part] for part in ("member", "greeter", "facilitator", "blocked")]
    html = [to_html(" ".join(SENTENCES[n:] + SENTENCES[:n])) for n in range(len(SENTENCES))]
    with transaction.atomic(), wall.house("bench.fill"):
        for number in range(topics):
            at = cast.now - timedelta(minutes=topics - number)
            topic = Topic.objects.create(
                group=cast.group, persona=writers[1], title=f"Topic {number}", opened_at=at,
                last_at=at, answered_at=at, next_position=posts + 1,
            )  # fmt: skip
            Post.objects.bulk_create(
                [
                    Post(
                        topic=topic, group=cast.group, persona=writers[place % 4], position=place,
                        words=" ".join(SENTENCES[place % 5 :] + SENTENCES[: place % 5]),
                        html=html[place % 5], language="en", at=at,
                    )
                    for place in range(1, posts + 1)
                ],
                batch_size=500,
            )  # fmt: skip
            Read.objects.create(topic=topic, persona=writers[0], position=posts)
            shown = topic.posts.exclude(persona=writers[2]).only("pk")[:20]
            Feeling.objects.bulk_create(
                Feeling(post=post, group=cast.group, persona=writers[2], kind="with_you")
                for post in shown
            )
    _analyse()
    return topic


def _analyse() -> None:
    """What autovacuum does by itself within a minute."""
    from django.conf import settings

    from beside.host import roles

    with roles.superuser(settings.HOME, "beside_template") as connection:
        connection.execute("vacuum analyze forum_topic, forum_post, forum_feeling, forum_read")


def _measure(client: Any, pages: dict[str, str], rounds: int) -> dict[str, tuple[float, float]]:
    """For each page: middle of the CPU milliseconds of the application, mean of the database's."""

    backend = scratch.backend()
    found = {}
    for name, where in pages.items():
        for _warm in range(3):
            assert client.get(where).status_code == 200, where
        spent = []
        before = scratch.used(backend)
        for _round in range(rounds):
            began = time.process_time()
            client.get(where)
            spent.append((time.process_time() - began) * 1000)
        found[name] = (statistics.median(spent), (scratch.used(backend) - before) / rounds)
    return found


if __name__ == "__main__":
    main()

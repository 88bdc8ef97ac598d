"""The pages on which people write to one another."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from beside.forum import actions, pages
from beside.forum.feelings import Kind
from beside.forum.forms import AnswerForm, TopicForm
from beside.forum.keeping import keeps_words
from beside.forum.models import Post, Topic
from beside.forum.parts import agreed_words, talk_page, where_to_turn
from beside.groups import actions as groups
from beside.groups.models import Agreement, Group, Persona
from beside.people.http import Request

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def _group(request: Request, key: str) -> Group:
    return get_object_or_404(Group.objects.of(request.user), key=key)


def _topic(request: Request, group_key: str, key: str) -> Topic:
    seen = Topic.objects.visible_to(request.user).select_related("group", "persona")
    return get_object_or_404(seen, key=key, group__key=group_key)


def _post(request: Request, group_key: str, topic_key: str, key: str) -> Post:
    seen = Post.objects.visible_to(request.user).select_related("topic__group", "group")
    return get_object_or_404(seen, key=key, topic__key=topic_key, group__key=group_key)


def _me(request: Request, group: Group) -> Persona:
    return get_object_or_404(Persona.objects.worn_by(request.user).with_yes_owed(), group=group)


def _asked(me: Persona) -> Agreement | None:
    """What somebody says yes to before their words stand here; nothing for whoever has."""
    owes = getattr(me, "owes", None)
    return Agreement.objects.filter(pk=owes).first() if owes else None


def _agree(request: Request, form: AnswerForm | TopicForm) -> None:
    """The yes that stood beside the box comes first."""
    if form.agreement is not None:
        groups.accept_agreement(form.agreement, by=request.user)


def _to(post: Post) -> str:
    """Where a post stands: its page of the topic, at its own place."""
    address = reverse("forum:topic", args=[post.group.key, post.topic.key])
    return f"{address}?after={pages.page_of(post.position)}#post-{post.key}"


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return min(int(asked), 2**31 - 1) if asked.isdecimal() and len(asked) < 12 else None


def talk(request: Request, group_key: str) -> HttpResponse:
    """All topics of a group, a page at a time; the first page again when something changed."""
    group = _group(request, group_key)
    before = request.GET.get("before")
    page = talk_page(request, group, before=_topic(request, group_key, before) if before else None)
    return render(request, "forum/talk.html#list" if request.htmx else "forum/talk.html", page)


@keeps_words
@read_or_write
def new(request: Request, group_key: str) -> HttpResponse:
    """Share something."""
    group = _group(request, group_key)
    me = _me(request, group)
    form = TopicForm(request.POST or None, initial=request.GET.dict(), agreement=_asked(me))
    if request.method == "POST" and form.is_valid():
        _agree(request, form)
        return redirect(_to(actions.open_topic(group, **form.said, by=request.user)))
    page = {"group": group, "form": form, "me": me, **agreed_words(form.agreement)}
    return render(request, "forum/new.html", page, status=422 if form.errors else 200)


@keeps_words
@read_or_write
def topic(request: Request, group_key: str, topic_key: str) -> HttpResponse:
    """A topic and its answers, with room to write back; only what was said when that changed."""
    topic = _topic(request, group_key, topic_key)
    me = _me(request, topic.group)
    form = AnswerForm(request.POST or None, agreement=_asked(me))
    if request.method == "POST" and form.is_valid():
        _agree(request, form)
        return redirect(_to(actions.answer(topic, **form.said, by=request.user)))
    page = pages.topic_page(topic, me, after=_number(request, "after"), reader=request.user)
    if page.unread:
        actions.mark_read(topic, page.last_shown, by=request.user)
    told: dict[str, Any] = {"page": page, "topic": topic, "group": topic.group, "form": form}
    told |= agreed_words(form.agreement)
    if page.card:
        told |= where_to_turn()
    part = "forum/topic.html#thread" if request.htmx else "forum/topic.html"
    return render(request, part, told, status=422 if form.errors else 200)


@require_POST
def feel(request: Request, group_key: str, topic_key: str, post_key: str) -> HttpResponse:
    """Give fellow feeling, or take it back; each said plainly, so that twice is once."""
    post = _post(request, group_key, topic_key, post_key)
    give, take = request.POST.get("give", ""), request.POST.get("take", "")
    if give in Kind.values:
        actions.feel(post, give, by=request.user)
    elif take in Kind.values:
        actions.unfeel(post, take, by=request.user)
    return _back(request, post)


@require_POST
def withdraw(request: Request, group_key: str, topic_key: str, post_key: str) -> HttpResponse:
    """Take one's own words back."""
    post = _post(request, group_key, topic_key, post_key)
    actions.withdraw(post, by=request.user)
    return _back(request, post)


@require_POST
def seen(request: Request, group_key: str, topic_key: str, post_key: str) -> HttpResponse:
    """Put the card with the lines to ring away."""
    post = _post(request, group_key, topic_key, post_key)
    actions.put_card_away(post, by=request.user)
    return _back(request, post)


def _back(request: Request, post: Post) -> HttpResponse:
    return HttpResponseRedirect(_to(post))

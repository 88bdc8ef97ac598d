"""What the readable rules notice in what was published, and in which language it was written."""

from __future__ import annotations

from beside.forum.models import Post
from beside.groups.models import Group
from beside.people.models import Organisation
from beside.signposts import danger


def language_of(group: Group) -> str:
    """The language in which a group writes: its first, or the organisation's (a BCP 47 tag)."""
    if group.languages:
        return group.languages[0]
    ours = Organisation.ours()
    return ours.language if ours else ""


def look(post: Post) -> danger.Finding | None:
    """What is noticed in a post; the title counts with its opening."""
    words = f"{post.topic.title}\n{post.words}" if post.is_opening else post.words
    return danger.look(words, post.language)

"""The wrapped keys. What they open lies elsewhere; what opens them lies outside the database."""

from __future__ import annotations

from django.db import models


class Key(models.Model):
    """One data key of one subject (a person, a case, a conversation), wrapped by a master key.

    A destroyed key keeps its row, so that nothing is ever sealed again for somebody erased.
    """

    KEPT = "until the subject is erased; the empty row stays"

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    wrapped = models.BinaryField(null=True)
    master = models.CharField(max_length=16)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], name="one_key_a_subject"
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) ^ models.Q(wrapped=None),
                name="a_destroyed_key_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.subject_kind} {self.subject_id}"

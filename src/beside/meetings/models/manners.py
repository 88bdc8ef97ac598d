"""What a group wishes for its own meetings."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from beside.groups.models import Group
from beside.meetings.models.schedules import AsItsGroupQuerySet


class Manner(models.Model):
    """How the meetings of one group are kept. A group without a row keeps the usual manner."""

    KEPT = "as long as the group"

    class DoorAfter(models.TextChoices):
        BOOKED = "booked", _("as soon as a visit is booked")
        GREETED = "greeted", _("after a greeter has written to them")

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="+")
    door_after = models.CharField(max_length=8, choices=DoorAfter, default=DoorAfter.BOOKED)
    supporters = models.BooleanField(default=False)
    # A free place is offered to whoever waits for this long, then to the next.
    offer_minutes = models.PositiveSmallIntegerField(
        default=120, validators=[MinValueValidator(10), MaxValueValidator(2880)]
    )
    # For this many days it is known who came.
    attendance_days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(365)]
    )

    objects = AsItsGroupQuerySet["Manner"].as_manager()

    def __str__(self) -> str:
        return f"manner of {self.group_id}"

    @classmethod
    def of(cls, group: Group) -> Manner:
        """The group's manner, or the usual one (not saved)."""
        return cls.objects.filter(group=group).first() or cls(group=group)

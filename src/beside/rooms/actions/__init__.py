"""What people do in a room, by noun: rooms, doors, seats, turns, signals.

Call them as the person who acts (`wall.acting_as(by.pk)`, as every request does).
"""

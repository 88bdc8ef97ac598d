"""The table of all addresses: who gets in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.cast import PARTS

ALL = frozenset(PARTS)
SIGNED_IN = ALL - {"nobody"}
NONE: frozenset[str] = frozenset()
MEMBERS = frozenset({"member", "greeter", "facilitator", "blocked"})
KEEPERS = frozenset({"greeter", "facilitator"})
FACILITATOR = frozenset({"facilitator"})
COORDINATOR = frozenset({"coordinator"})
VENUE_KEEPERS = FACILITATOR | COORDINATOR
VISITOR = frozenset({"visitor"})
MEMBER = frozenset({"member"})
DESK = KEEPERS | COORDINATOR | {"other_facilitator", "duty_worker"}
SEATED = frozenset({"member", "facilitator"})


@dataclass(frozen=True)
class Door:
    """`of` names the things in the address (see things.py); `act` asks with POST.

    `says` is sent as JSON. `hidden` doors say "nothing here" even to somebody who could sign in.
    """

    who: frozenset[str]
    of: dict[str, str] = field(default_factory=dict)
    act: bool = False
    hidden: bool = False
    says: str = ""


NO_TOKEN = '{"token": "guessed", "signals": [], "seen": []}'
GROUP = {"key": "group"}
VISIT = {**GROUP, "meeting": "meeting"}
BOOKED = {**GROUP, "booking": "booking"}
TALK = {"group_key": "group"}
TOPIC = {**TALK, "topic_key": "topic"}
POST = {**TOPIC, "post_key": "post"}
ROOM = {"key": "room"}
VENUE = {"key": "venue"}
CONCERN = {"key": "concern"}

DOORS: dict[str, Door] = {
    # for everybody
    "home:welcome": Door(ALL),
    "finding:find": Door(ALL),
    "groups:first_visit": Door(ALL),
    "exchange:meeting_guide": Door(ALL),
    "exchange:embed": Door(ALL),
    "groups:face": Door(ALL, {"slug": "slug"}),
    "meetings:venue": Door(ALL, VENUE),
    "meetings:printed_venue": Door(ALL, VENUE),
    "meetings:printed_all": Door(ALL),
    "meetings:printed_face": Door(ALL, {"slug": "slug"}),
    "signposts:help": Door(ALL),
    "signposts:kept": Door(ALL),
    "signposts:noticed": Door(ALL),
    "signposts:service_worker": Door(ALL),
    "signposts:manifest": Door(ALL),
    "look:leave": Door(ALL),
    "look:theme": Door(ALL),
    "look:living": Door(NONE, hidden=True),
    "people:join": Door(ALL),
    "people:sign_in": Door(ALL),
    "account_login": Door(ALL),
    "people:with_a_code": Door(ALL),
    "people:ask_passkey": Door(ALL),
    "people:by_passkey": Door(ALL, act=True),
    "people:rested": Door(ALL),
    "people:sign_out": Door(ALL),
    "people:erased": Door(ALL),
    "people:begin": Door(NONE, hidden=True),
    "people:as_demo": Door(NONE, {"name": "demo"}, hidden=True),
    # calendars have no way to sign in: the address itself opens
    "exchange:calendar": Door(ALL, {"secret": "calendar_secret"}),
    "exchange:open_calendar": Door(ALL),
    "exchange:group_calendar": Door(NONE, {"slug": "slug"}, hidden=True),
    "exchange:meeting_calendar": Door(ALL, VISIT),
    # for oneself
    "home:today": Door(SIGNED_IN),
    "look:still": Door(SIGNED_IN),
    "groups:mine": Door(SIGNED_IN),
    "groups:open": Door(COORDINATOR),
    "people:codes": Door(SIGNED_IN),
    "people:me": Door(SIGNED_IN),
    "people:name": Door(SIGNED_IN),
    "people:zone": Door(SIGNED_IN),
    "people:device": Door(SIGNED_IN, act=True),
    "people:passphrase": Door(SIGNED_IN),
    "people:new_codes": Door(SIGNED_IN),
    "people:end_sessions": Door(SIGNED_IN, act=True),
    "people:end_session": Door(MEMBER, {"key": "session"}, act=True),
    "people:new_passkey": Door(SIGNED_IN),
    "people:remove_passkey": Door(MEMBER, {"key": "passkey"}, act=True),
    "people:reach": Door(SIGNED_IN),
    "people:verify": Door(SIGNED_IN, act=True),
    "people:code_again": Door(MEMBER, act=True),
    "people:change_reach": Door(SIGNED_IN, act=True),
    "people:remove_reach": Door(MEMBER, act=True),
    "people:record": Door(SIGNED_IN),
    "people:my_data": Door(SIGNED_IN),
    "people:erase": Door(SIGNED_IN),
    "exchange:calendars": Door(SIGNED_IN),
    "exchange:stop_calendar": Door(MEMBER, {"key": "calendar"}, act=True),
    "notices:seen": Door(SIGNED_IN, act=True),
    "notices:look": Door(MEMBER, {"key": "notice"}, act=True),
    # inside a group
    "groups:talk": Door(MEMBERS, GROUP),
    "groups:people": Door(MEMBERS, GROUP),
    "groups:know": Door(KEEPERS, {**GROUP, "persona": "member"}, act=True),
    "groups:agreement": Door(MEMBERS | VISITOR, GROUP),
    "groups:write_agreement": Door(FACILITATOR, GROUP),
    "groups:answer_asking": Door(FACILITATOR, {**GROUP, "persona": "asker"}, act=True),
    "groups:remove": Door(FACILITATOR, {**GROUP, "persona": "member"}),
    "groups:change_part": Door(NONE, {**GROUP, "persona": "member"}, act=True),
    "groups:leave": Door(MEMBERS, GROUP),
    "groups:join": Door(ALL, GROUP),
    "meetings:of_group": Door(MEMBERS, GROUP),
    "meetings:printed": Door(MEMBERS, GROUP),
    "meetings:plan": Door(FACILITATOR | COORDINATOR, GROUP),
    "meetings:week": Door(COORDINATOR),
    "meetings:rest": Door(COORDINATOR),
    "meetings:change": Door(FACILITATOR | COORDINATOR, VISIT),
    "meetings:change_from": Door(FACILITATOR | COORDINATOR, {**GROUP, "meeting": "later"}),
    "meetings:come": Door(MEMBERS, VISIT, act=True),
    "meetings:visit": Door(ALL, VISIT),
    "meetings:stay_away": Door(VISITOR, VISIT, act=True),
    "meetings:afterwards": Door(VISITOR, {**GROUP, "meeting": "over"}),
    "meetings:wait": Door(MEMBERS, VISIT, act=True),
    "meetings:accept": Door(VISITOR, VISIT, act=True),
    "meetings:bring": Door(NONE, VISIT, act=True),  # the group does not allow it
    "meetings:manner": Door(FACILITATOR, GROUP),
    "meetings:visitors": Door(FACILITATOR, VISIT, act=True),
    "meetings:door": Door(FACILITATOR, VISIT),
    "meetings:code": Door(FACILITATOR, VISIT),
    "meetings:guests": Door(FACILITATOR, VISIT),
    "meetings:calls": Door(FACILITATOR, VISIT),
    "meetings:book_guest": Door(FACILITATOR, {**VISIT, "guest": "guest"}, act=True),
    "meetings:letter": Door(FACILITATOR, {**VISIT, "guest": "by_post"}),
    "meetings:forget_guest": Door(FACILITATOR, {**GROUP, "guest": "guest"}, act=True),
    "meetings:tap": Door(FACILITATOR, {**GROUP, "booking": "soon"}, act=True),
    "meetings:here": Door(SIGNED_IN),
    "meetings:here_with": Door(SIGNED_IN, {"code": "code"}),
    "meetings:proofs": Door(SIGNED_IN),
    "meetings:take_back_proof": Door(VISITOR, {"key": "proof"}, act=True),
    "meetings:proof": Door(ALL),
    "meetings:say": Door(VISITOR | KEEPERS, BOOKED, act=True),
    "meetings:greet": Door(KEEPERS, BOOKED),
    "forum:talk": Door(MEMBERS, TALK),
    "forum:new": Door(MEMBERS, TALK),
    "forum:topic": Door(MEMBERS, TOPIC),
    "forum:feel": Door(MEMBERS, POST, act=True),
    "forum:withdraw": Door(MEMBER, POST, act=True),
    "forum:seen": Door(MEMBER, POST, act=True),
    # where groups meet
    "meetings:venues": Door(VENUE_KEEPERS | {"other_facilitator"}),
    "meetings:add_venue": Door(VENUE_KEEPERS | {"other_facilitator"}),
    "meetings:change_venue": Door(VENUE_KEEPERS, VENUE),
    "meetings:confirm_venue": Door(VENUE_KEEPERS, VENUE, act=True),
    "meetings:photo": Door(VENUE_KEEPERS, VENUE, act=True),
    "meetings:remove_photo": Door(VENUE_KEEPERS, VENUE, act=True),
    "meetings:door_photo": Door(MEMBERS | COORDINATOR, {**VENUE, "photo": "photo"}, hidden=True),
    # rooms
    "rooms:of_meeting": Door(MEMBERS | VISITOR, {"meeting": "tonight"}),
    "rooms:door": Door(MEMBERS | VISITOR, ROOM),
    "rooms:door_words": Door(VISITOR, ROOM, act=True),
    "rooms:door_away": Door(VISITOR | SEATED, ROOM, act=True),
    "rooms:room": Door(MEMBERS | VISITOR, ROOM),
    "rooms:state": Door(MEMBERS | VISITOR, ROOM, act=True),
    "rooms:leave": Door(SEATED | VISITOR, ROOM, act=True),
    "rooms:say": Door(SEATED, ROOM, act=True),
    "rooms:hand": Door(SEATED, ROOM, act=True),
    "rooms:part": Door(SEATED | VISITOR, ROOM, act=True),
    "rooms:move": Door(SEATED, ROOM, act=True),
    "rooms:begin": Door(SEATED, ROOM, act=True),
    "rooms:let_in": Door(FACILITATOR, ROOM, act=True),
    "rooms:write": Door(FACILITATOR | VISITOR, {**ROOM, "seat": "waiting"}, act=True),
    "rooms:remove": Door(FACILITATOR, {**ROOM, "seat": "seated"}, act=True),
    # what a window says carries the token it was given; nobody gets in without it
    "rooms:enter": Door(SEATED, ROOM, act=True, says="{}"),
    "rooms:here": Door(NONE, ROOM, act=True, says=NO_TOKEN),
    "rooms:gone": Door(NONE, ROOM, act=True),
    "rooms:signal": Door(NONE, ROOM, act=True, says=NO_TOKEN),
    "rooms:signals": Door(NONE, ROOM, act=True, says=NO_TOKEN),
    # stepping in
    "care:ask": Door(MEMBERS, TALK, act=True),
    "care:where": Door(MEMBERS, TALK),
    "care:tell": Door(MEMBERS, {"post_key": "post"}),
    "care:tell_of_greeting": Door(VISITOR | FACILITATOR, {"greeting_key": "greeting"}),
    "care:report": Door(frozenset({"greeter"}), {"key": "report"}),
    "care:letter": Door(MEMBER, {"key": "letter"}),
    "care:desk": Door(DESK),
    "care:hours": Door(DESK, act=True),
    "care:not_there": Door(FACILITATOR | COORDINATOR, {"key": "duty"}, act=True),
    "care:concern": Door(FACILITATOR, CONCERN),
    "care:take_up": Door(FACILITATOR, CONCERN, act=True),
    "care:bring_in": Door(FACILITATOR, CONCERN, act=True),
    "care:write": Door(FACILITATOR, CONCERN, act=True),
    "care:note": Door(FACILITATOR, CONCERN, act=True),
    "care:close": Door(FACILITATOR, CONCERN, act=True),
    "care:ask_later": Door(FACILITATOR, CONCERN, act=True),
    "care:agree_later": Door(NONE, CONCERN, act=True),  # nobody has asked: it takes two
    # coordinators
    "signposts:confirm": Door(COORDINATOR),
    "signposts:add": Door(COORDINATOR, act=True),
    "exchange:imports": Door(COORDINATOR),
    "exchange:report": Door(COORDINATOR, {"number": "import"}),
    "exchange:bring": Door(COORDINATOR),
    "exchange:preview": Door(COORDINATOR, {"key": "waiting file"}),
}

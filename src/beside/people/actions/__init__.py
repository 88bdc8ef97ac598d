"""What people do, by noun. Every act may be called as `actions.<act>`."""

from beside.people.actions.beginning import NotTheFirst, begin
from beside.people.actions.blocks import block, unblock
from beside.people.actions.codes import (
    CodesMadeMeanwhile,
    CodeUnknown,
    choose_passphrase,
    new_recovery_codes,
    use_recovery_code,
)
from beside.people.actions.contacts import (
    add_contact,
    ask_for_code,
    remove_contact,
    set_reach,
    verify_contact,
)
from beside.people.actions.erasing import erase, erase_again
from beside.people.actions.joining import SignInTaken, join
from beside.people.actions.passkeys import PasskeyTaken, add_passkey, note_use, remove_passkey
from beside.people.actions.profiles import (
    choose_language,
    choose_name,
    choose_zone,
    set_shared_device,
)
from beside.people.actions.roles import give_role, take_role
from beside.people.actions.sessions import (
    end_all_sessions,
    end_session,
    move_session,
    note_day,
    open_session,
    session_gone,
)

__all__ = [
    "CodeUnknown",
    "CodesMadeMeanwhile",
    "NotTheFirst",
    "PasskeyTaken",
    "SignInTaken",
    "add_contact",
    "add_passkey",
    "ask_for_code",
    "begin",
    "block",
    "choose_language",
    "choose_name",
    "choose_passphrase",
    "choose_zone",
    "end_all_sessions",
    "end_session",
    "erase",
    "erase_again",
    "give_role",
    "join",
    "move_session",
    "new_recovery_codes",
    "note_day",
    "note_use",
    "open_session",
    "remove_contact",
    "remove_passkey",
    "session_gone",
    "set_reach",
    "set_shared_device",
    "take_role",
    "unblock",
    "use_recovery_code",
    "verify_contact",
]

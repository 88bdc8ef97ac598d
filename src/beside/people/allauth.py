"""What we ask of allauth: passphrases and passkeys, no addresses, no accounts made by itself."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Nobody joins through allauth; the first step is ours."""

    def is_open_for_signup(self, request: object) -> bool:
        return False

"""The ways a request is refused (RFC 8489 section 14.8, RFC 8656 section 19)."""

REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    420: "Unknown Attribute",
    437: "Allocation Mismatch",
    438: "Stale Nonce",
    440: "Address Family not Supported",
    441: "Wrong Credentials",
    442: "Unsupported Transport Protocol",
    443: "Peer Address Family Mismatch",
    486: "Allocation Quota Reached",
    508: "Insufficient Capacity",
}


class Refused(Exception):
    """The request gets an error response with this code and these attributes."""

    def __init__(self, code: int, *attributes: tuple[int, bytes]) -> None:
        super().__init__(code)
        self.code = code
        self.attributes = attributes

"""The embedded relay: a closed-circuit TURN server. See README.md beside this file."""

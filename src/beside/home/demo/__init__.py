"""Riverside Peers: an invented community and two invented weeks, told through the product's own acts."""

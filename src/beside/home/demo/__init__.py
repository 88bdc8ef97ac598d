"""Riverside Peers: an invented community, two invented weeks, told through the product's acts."""

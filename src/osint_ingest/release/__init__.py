"""Releases: built, checked, compared with the previous one, written, published."""

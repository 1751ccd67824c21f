"""Releases: assemble, resolve, check, compare, write, switch."""

"""The read-only server: a release as JSON and as tools of assistants, on this machine."""

"""Raw captures: written once, each with a record of how it was obtained. Everything else is rebuilt from them."""

from osint_ingest.store.at_hand import AtHand, NotTaken, canonical_link, files_at_hand
from osint_ingest.store.layout import CaptureDetails, Redirect, media_type_of
from osint_ingest.store.lock import LockedByAnother, one_writer
from osint_ingest.store.raw import Problem, RawStore, capture_of

__all__ = [
    "AtHand", "CaptureDetails", "LockedByAnother", "NotTaken", "Problem", "RawStore", "Redirect", "canonical_link",
    "capture_of", "files_at_hand", "media_type_of", "one_writer",
]  # fmt: skip

"""The file of people's judgements about names: beside `raw/`, read by every run, written only by who judges."""

from osint_ingest.settings import Settings
from osint_ingest.store.folder import open_folder

FILE = "judgements.csv"
HEADER = "judgement,label,name,value,country,note\n"


def place(settings: Settings) -> tuple[str, str]:
    """Folder and name of the file: that of the setting `judgements`, else `judgements.csv` beside `raw`."""
    raw = settings.raw.rstrip("/")
    path = settings.judgements or f"{raw.rpartition('/')[0] if '/' in raw else '.'}/{FILE}"
    folder, _, name = path.rpartition("/")
    return folder or ".", name


def read(settings: Settings) -> str:
    folder, name = place(settings)
    try:
        return open_folder(folder).read(name).decode("utf-8-sig")
    except FileNotFoundError:
        return ""


def append(settings: Settings, line: str) -> str:
    """Adds a line, and the header before the first; returns where it is."""
    folder, name = place(settings)
    text = read(settings) or HEADER
    if not text.endswith("\n"):
        text += "\n"
    open_folder(folder).write({name: (text + line).encode()})
    return f"{folder}/{name}"

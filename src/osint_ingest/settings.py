"""All settings, in one place. Each is read from the environment as OSINT_INGEST_<NAME>."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

VERSION = "0.1.0"

Profile = Literal["live", "sample", "sample-faults"]
TaskRunner = Literal["process", "dask"]


class Settings(BaseSettings):
    """Settings of a run. Constructor arguments win over the environment, the environment over defaults."""

    model_config = SettingsConfigDict(env_prefix="OSINT_INGEST_", frozen=True, use_attribute_docstrings=True)

    raw: str = "raw"
    """Folder of the captures, or an fsspec URL such as s3://bucket/raw"""
    curated: str = "curated"
    """Folder of the releases, or an fsspec URL such as s3://bucket/curated"""
    judgements: str | None = None
    """File of judgements about names; `judgements.csv` beside `raw` where none is named"""
    profile: Profile = "live"
    """`live` reads the real sources, `sample` the embedded site, `sample-faults` that site with documents that cannot
    be read"""
    sources: tuple[str, ...] = ()
    """Names of the sources to read; empty: all"""
    limit: int | None = None
    """Fetch at most this many documents from each source"""
    force: bool = False
    """Read every document again, changed or not"""
    workers: int = Field(2, ge=0)
    """How many processes read documents; 0: only the main process, without limits"""
    task_runner: TaskRunner = "process"
    """Where documents are read: in processes of this machine, or on a Dask cluster"""
    dask_address: str | None = None
    """Address of the Dask scheduler, such as tcp://host:8786; unset: a cluster on this machine"""
    batch_bytes: int = Field(4_000_000, ge=1)
    """Largest batch of documents, in bytes; the bytes of a PDF count twice"""
    document_seconds: float = Field(120.0, gt=0)
    """Seconds of processor time for reading one document; elapsed time may be five times that"""
    page_seconds: float = Field(1.0, ge=0)
    """Seconds that each page of a PDF adds to that time"""
    megabyte_seconds: float = Field(20.0, ge=0)
    """Seconds that each megabyte of a document adds to that time"""
    document_bytes: int = Field(1_500_000_000, gt=0)
    """Memory for reading one document, in bytes, in addition to the names model and five times the document's size"""
    worker_documents: int = Field(5000, ge=1)
    """A reading process is replaced after this many documents"""
    worker_bytes: int = Field(420_000_000, ge=1)
    """A reading process is replaced if it holds more memory than this after a batch, in bytes"""
    contact: str = "https://github.com/osint-ingest/osint-ingest"
    """How a site's owner can reach who runs this; part of the User-Agent"""
    proxy: SecretStr | None = None
    """HTTP proxy for all requests (`http://user:password@host:3128`); `none`: connect directly; unset: as HTTP_PROXY,
    HTTPS_PROXY and NO_PROXY say"""
    webhook: SecretStr | None = None
    """URL that receives JSON when a run fails or is refused, or its release is held back"""
    request_timeout: float = Field(60.0, gt=0)
    """Time limit of a whole request, in seconds"""
    max_body_bytes: int = Field(200_000_000, gt=0)
    """Largest response body that is accepted, in bytes"""
    budget_requests: int | None = Field(None, ge=1)
    """At most this many requests to one source in one run"""
    budget_bytes: int | None = Field(None, ge=1)
    """At most this many bytes from one source in one run"""
    budget_minutes: float | None = Field(None, gt=0)
    """At most this many minutes for one source in one run"""
    raw_max_bytes: int | None = Field(None, ge=1)
    """Size limit of raw/, in bytes; nothing is fetched beyond it"""
    archive_timemap: str = "https://web.archive.org/web/timemap/link/{url}"
    """TimeMap (Memento, RFC 7089) of the web archive that `archive-links` asks"""
    archive_availability: str = "https://archive.org/wayback/available?url={url}&timestamp={timestamp}"
    """Its availability service, asked if there is no TimeMap; empty: none"""
    archive_save: str = "https://web.archive.org/save/{url}"
    """Address at which `archive-links --save` asks an archive to save a page"""
    archive_index: str | None = None
    """CDX index of a web archive for `backfill` and refused pages, instead of those that the sources name; it may be on
    this machine"""
    archive_captures: str | None = None
    """Where that archive serves exact bytes, such as https://archive.example/web/{timestamp}id_/{url}"""
    archive_paging: Literal["resume_key", "number"] = "resume_key"
    """How that index is read page by page: with `showResumeKey`, or with `page` (pywb)"""
    archive_fallback: bool = True
    """Read the newest archived copy of a page that its site refuses to send or that cannot be read"""
    archive_requests: int | None = Field(2000, ge=1)
    """At most this many requests to archives in one run"""
    archive_seconds: float = Field(2.0, gt=0)
    """Seconds between two requests to an archive"""
    archive_save_seconds: float = Field(20.0, ge=0)
    """Seconds to wait before asking an archive to save a page"""
    max_pages: int = Field(2000, gt=0)
    """Read at most this many pages of one PDF"""
    keep_personal_data: bool = False
    """Keep e-mail addresses and telephone numbers instead of masking them"""
    max_shrink: float = Field(0.3, ge=0, le=1)
    """Hold a release back if a table loses more than this share of its rows"""
    accept_shrink: str | None = None
    """Publish even though tables shrank, for this reason (kept in run.json)"""
    keep_releases: int = Field(10, ge=1)
    """How many releases to keep, besides the first of each month"""
    report: bool = True
    """Write report.html for each release"""
    report_max_bytes: int = Field(20_000_000, ge=1)
    """Approximate size limit of report.html, in bytes; beyond it, older documents are listed without text"""
    use_models: bool = True
    """Find names with the statistical model that comes with the package, not by rules alone"""
    spacy_models: dict[str, str] = {}
    """Installed spaCy models whose names count as evidence, by language, as JSON: {"en": "en_core_web_sm"}"""

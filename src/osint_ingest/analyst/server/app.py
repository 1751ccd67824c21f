"""The questions over HTTP, as JSON with an OpenAPI page, and as tools over MCP."""

from collections.abc import Callable, Collection
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import jinja2
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from osint_ingest.analyst.server.questions import Answer, NotFound, Questions
from osint_ingest.model import RefusedRun
from osint_ingest.settings import VERSION

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ABOUT = (
    "Tables made of country reports and Open Government Partnership pages. Every cited claim keeps its footnote, URL, "
    "page and exact position. Everything can be read and nothing changed."
)
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


def assistant_server(questions: Questions) -> MCPServer:
    """The questions as tools of an assistant."""
    server = MCPServer("osint-ingest", version=VERSION, instructions=ABOUT, log_level="WARNING")
    for name, question in questions.all().items():
        server.add_tool(_as_tool(question), name=name)
    return server


def _as_tool(question: Callable[..., Answer]) -> Callable[..., Answer]:
    """Wrap a question so that an assistant sees why it failed: the library shows only errors of its own type."""

    @wraps(question)
    def asked(**arguments: Any) -> Answer:
        try:
            return question(**arguments)
        except RefusedRun as refused:
            raise ToolError(str(refused)) from refused

    return asked


def http_app(questions: Questions, hosts: Collection[str] = LOOPBACK) -> ASGIApp:
    """The server. `hosts`: what it may be called in a browser; a page of another site gets nothing from it."""
    assistant = assistant_server(questions)
    # the hosts are checked below, for all addresses
    tools = assistant.streamable_http_app(
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app = FastAPI(
        title="osint-ingest",
        version=VERSION,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _: assistant.session_manager.run(),
    )
    for name, question in questions.all().items():
        path = "/api/tables/{table}" if name == "table" else f"/api/{name}"
        app.get(path, name=name)(question)

    @app.get("/", include_in_schema=False)
    def report() -> Response:
        with TemporaryDirectory(prefix="osint-ingest-") as folder:
            page = Path(folder, "report.html")
            if not questions.release.copy_file("report.html", page):
                return HTMLResponse("This release has no report: osint-ingest report", 404)
            return HTMLResponse(page.read_bytes())

    @app.get("/api", include_in_schema=False)
    def described() -> Response:
        # a page that loads nothing from elsewhere
        loader = jinja2.PackageLoader("osint_ingest.analyst.server", "pages")
        pages = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        return HTMLResponse(pages.get_template("api.html.j2").render(app.openapi()))

    @app.exception_handler(RefusedRun)
    def refused(_: Request, error: Exception) -> Response:
        return JSONResponse({"detail": str(error)}, 404 if isinstance(error, NotFound) else 400)

    app.router.routes.extend(tools.routes)
    return _OwnHostOnly(app, hosts)


class _OwnHostOnly:
    """Refuses requests under another name (DNS rebinding) and those that pages of other sites send."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host, origin = headers.get(b"host", b"").decode("latin-1"), headers.get(b"origin")
        known = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        foreign = origin is not None and urlsplit(origin.decode("latin-1")).netloc != host
        if known.lower() not in self._hosts or foreign or headers.get(b"sec-fetch-site") == b"cross-site":
            refusal = JSONResponse({"detail": "This server answers only under its own name."}, 421)
            await refusal(scope, receive, send)
            return

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)

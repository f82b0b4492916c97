"""The files a page is made of: served from memory, compressed once, kept by browsers for ever.

Their address carries a hash of all of them, so a changed file has a new address and files that
import each other by relative names always fit together.
"""

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from services.pages.bracket import ROWS_MAX
from services.pages.words import LANGUAGES

MODULES = (
    "board.js", "bracket.js", "change.js", "competition.js", "feed.js", "goals.js", "here.js",
    "match.js", "parts.js", "pitazo.js", "table.js", "words.js",
)  # fmt: skip
ICON = "icon.svg"
STYLES = ("ground", "states", "table", "match", "feed", "bracket", "lists", "wide")
"""In the order in which they stand in `board.css`: the later may overrule the earlier."""
_KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class File(Struct, frozen=True):
    content: bytes
    compressed: bytes
    kind: str
    etag: str


@cache
def _files() -> dict[str, File]:
    package = files("services.pages")
    contents = {name: package.joinpath("static", name).read_bytes() for name in (*MODULES, ICON)}
    styles = (package.joinpath("styles", f"{name}.css").read_bytes() for name in STYLES)
    contents["board.css"] = b"\n".join([*styles, _rows().encode()])
    for language in LANGUAGES:
        dictionary = package.joinpath("words", f"{language}.json").read_bytes()
        contents[f"words/{language}.js"] = b"export default " + dictionary.rstrip() + b";\n"
    return {name: _file(name, content) for name, content in contents.items()}


def _rows() -> str:
    """Give the rows of a bracket as classes: what a page may load has no styles of its own."""
    rules = (
        f".at-{n}{{grid-row-start:{n}}}.span-{n}{{grid-row-end:span {n}}}"
        f".rows-{n}{{grid-template-rows:repeat({n},1fr)}}"
        for n in range(1, ROWS_MAX + 1)
    )
    return "@media (min-width:48rem){" + "".join(rules) + "}\n"


def _file(name: str, content: bytes) -> File:
    return File(
        content=content,
        compressed=gzip.compress(content, mtime=0),
        kind=_KINDS[name.rpartition(".")[2]],
        etag=f'"{hashlib.sha256(content).hexdigest()[:16]}"',
    )


@cache
def version() -> str:
    """Give the hash that stands in the address of every file."""
    every = hashlib.sha256()
    for name, file in sorted(_files().items()):
        every.update(name.encode() + file.etag.encode())
    return every.hexdigest()[:12]


def static(name: str) -> str:
    """Give the address of a file."""
    assert name in _files(), name
    return f"/static/{version()}/{name}"


async def serve(request: Request) -> Response:
    """Serve a file; by an address of another version the one of now, to be asked for again."""
    file = _files().get(request.path_params["name"])
    if file is None:
        return Response("there is no such file\n", 404, media_type="text/plain")
    current = request.path_params["version"] == version()
    headers = {
        "cache-control": FOR_EVER if current else ASK_AGAIN,
        "etag": file.etag,
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if accepts_gzip(request):
        headers["content-encoding"] = "gzip"
        return Response(file.compressed, headers=headers, media_type=file.kind)
    return Response(file.content, headers=headers, media_type=file.kind)


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")

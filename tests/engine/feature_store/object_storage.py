"""A folder served over HTTP: as a bucket of object storage, and as files of a web server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

MOMENT = "2026-01-01T00:00:00.000Z"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The files below ``folder`` at http://127.0.0.1:PORT/bucket/..., as S3 would give them."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *words: object) -> None:
            return None

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = parse_qs(address.query)
            key = unquote(address.path).removeprefix("/bucket").lstrip("/")
            if "list-type" in query:
                self._answer(200, listing(folder, query.get("prefix", [""])[0]), "application/xml")
            elif (folder / key).is_file():
                self._file((folder / key).read_bytes())
            else:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")

        def _file(self, content: bytes) -> None:
            wanted = self.headers.get("Range", "").removeprefix("bytes=")
            if not wanted:
                self._answer(200, content, "application/octet-stream")
                return
            first, _, last = wanted.partition("-")
            start = int(first) if first else max(0, len(content) - int(last))
            stop = min(int(last) + 1, len(content)) if first and last else len(content)
            place = f"bytes {start}-{stop - 1}/{len(content)}"
            self._answer(206, content[start:stop], "application/octet-stream", place)

        def _answer(self, code: int, body: bytes, kind: str, place: str = "") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
            self.send_header("ETag", '"one"')
            if place:
                self.send_header("Content-Range", place)
            self.end_headers()
            if self.command == "GET":
                with suppress(ConnectionError):  # the reader has what it wanted
                    self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def listing(folder: Path, prefix: str) -> bytes:
    """The keys that begin with ``prefix``, as ListObjectsV2 answers."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    keys = ((path.relative_to(folder).as_posix(), path.stat().st_size) for path in files)
    entries = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>{MOMENT}</LastModified>"
        f"<ETag>&quot;one&quot;</ETag><Size>{size}</Size></Contents>"
        for key, size in keys
        if key.startswith(prefix)
    )
    return (
        f"<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>"
        f"{entries}</ListBucketResult>"
    ).encode()

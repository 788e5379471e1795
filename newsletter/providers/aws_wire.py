"""Observe the connections of the AWS library, as `newsletter.providers.wire` does those of requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from urllib3.exceptions import ProtocolError

from newsletter.providers.body import MOST_BYTES, PIECE
from newsletter.providers.wire import ObservedConnection


class _Observed(ObservedConnection):
    def getresponse(self) -> Any:
        """Return the answer, of which no more is read than any answer needs."""
        response = super().getresponse()  # type: ignore[misc]  # of the library's connection
        whole = response.stream

        def bounded(*_: Any, **__: Any) -> Iterator[bytes]:
            held = 0
            for piece in whole(PIECE, decode_content=False):
                held += len(piece)
                if held > MOST_BYTES:
                    response.close()
                    raise ProtocolError("the response is too long")
                yield piece

        response.stream = bounded
        return response


class _Http(_Observed, AWSHTTPConnection):  # type: ignore[misc]  # the library has no types
    pass


class _Https(_Observed, AWSHTTPSConnection):  # type: ignore[misc]  # as above
    pass


class _HttpPool(AWSHTTPConnectionPool):  # type: ignore[misc]  # as above
    ConnectionCls = _Http


class _HttpsPool(AWSHTTPSConnectionPool):  # type: ignore[misc]  # as above
    ConnectionCls = _Https


def observe(client: Any) -> None:
    """Have a client of the library open observed connections.

    The library has no public place to name the class of its connections. Where a later version keeps them elsewhere,
    they are not observed, and then every failure of a send is taken as unknown.
    """
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    manager = getattr(session, "_manager", None)
    if session is not None and manager is not None and hasattr(manager, "pool_classes_by_scheme"):
        pools = {"http": _HttpPool, "https": _HttpsPool}
        session._pool_classes_by_scheme = pools  # noqa: SLF001 - see above; it is for those behind a proxy
        manager.pool_classes_by_scheme = pools

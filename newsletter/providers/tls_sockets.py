"""TLS sockets that are closed where the server resets the connection before the handshake.

Python up to 3.11 raises the error of such a connection without closing the socket (`SSLSocket._create`).
"""

from __future__ import annotations

import errno
import os
import ssl
from typing import Any


class ClosingTlsSocket(ssl.SSLSocket):
    """A socket that does not stay open where it cannot be encrypted."""

    def getpeername(self) -> Any:
        """Return the server's address, which is the first thing asked of a new socket; close it where it has none."""
        try:
            return super().getpeername()
        except OSError as error:
            self.close()
            if error.errno != errno.ENOTCONN:
                raise
            # Python goes on without encryption after ENOTCONN
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error


def with_closing_sockets(context: ssl.SSLContext) -> ssl.SSLContext:
    """Have a context make such sockets; return it."""
    context.sslsocket_class = ClosingTlsSocket
    return context

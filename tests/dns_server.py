"""A name server on this computer that answers what it is told to, and fails in the ways that real ones do."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

FAILS, SILENT, LAME = "SERVFAIL", "no answer", "REFUSED"

Zone = Mapping[str, Any]
"""`NAME KIND` to a list of records, or one of the failures; a NAME alone fails for every kind."""


def answer(zone: Zone, wire: bytes) -> bytes | None:
    """Return the answer to a question; None where it stays silent."""
    query = dns.message.from_wire(wire)
    question = query.question[0]
    name, kind = question.name.to_text(omit_final_dot=True).casefold(), dns.rdatatype.to_text(question.rdtype)
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA | dns.flags.RA
    for _ in range(8):
        told = zone.get(name) or zone.get(f"{name} {kind}")
        if told == SILENT:
            return None
        if isinstance(told, str):
            reply.set_rcode(dns.rcode.from_text(told))
            return reply.to_wire()
        alias = zone.get(f"{name} CNAME")
        if told or not alias:
            break
        reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{alias[0]}."))
        name = alias[0]
    if told:
        reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, *told))
    elif not any(entry.partition(" ")[0] == name or entry.partition(" ")[0].endswith(f".{name}") for entry in zone):
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply.to_wire()


@contextmanager
def name_server(zone: Zone) -> Iterator[str]:
    """Run a name server for a zone; yield its address with the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            reply = answer(zone, data)
            if reply is not None:
                socket.sendto(reply, self.client_address)

    class Server(socketserver.ThreadingUDPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()

"""Use cases of the newsletter: plain arguments in, result objects out; no terminal, no printing, no HTTP server."""

"""The archive: a static website of issues, with feeds, a calendar and a search that needs no server."""

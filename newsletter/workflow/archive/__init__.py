"""Build the archive: which issues are in it, their records, and the files of the website."""

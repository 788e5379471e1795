"""Read what was written elsewhere (Word, a web page, an email, a calendar) and turn it into an issue.

A reader turns a file into blocks, the recogniser turns blocks into a draft of an issue, and the writer turns the draft
into YAML.
"""

"""From an Issue to a Message: Markdown, Jinja2, MJML, inlined CSS, plain text, MIME."""

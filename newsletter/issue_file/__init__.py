"""From an author's YAML file to an Issue, with every mistake found and placed."""

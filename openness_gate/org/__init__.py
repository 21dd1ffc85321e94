"""One policy over every repository of an organization: found, judged, kept, shown."""

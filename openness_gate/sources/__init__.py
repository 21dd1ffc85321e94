"""Where a repository's bytes come from here. One file is one source."""

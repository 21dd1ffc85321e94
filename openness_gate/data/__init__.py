"""Knowledge as data: license digests, vocabularies, hosts, signals, JSON Schemas."""

"""What is written about a scan: each file writes one format, out of what the store keeps."""

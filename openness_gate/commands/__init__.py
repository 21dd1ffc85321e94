"""What one can ask. One file is one command."""

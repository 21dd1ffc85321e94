"""Releases that live elsewhere, read through the interface of their forge. One file is one forge."""

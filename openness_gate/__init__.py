"""A gate for releases of AI models: what is open, what is missing, and how to fix it."""

__version__ = "0.1.0"

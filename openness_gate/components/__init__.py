"""What a release can consist of. One file is one component; its docstring is its documentation."""

"""What contradicts what in a release: rules that span components. One file is one rule; its docstring documents it."""

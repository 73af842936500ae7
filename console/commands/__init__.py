"""One module a group of commands; each calls the service and shows its answer."""

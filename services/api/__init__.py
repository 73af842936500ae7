"""The service's routes over its socket."""

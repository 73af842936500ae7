"""The program as started: command line, console and client of the service."""

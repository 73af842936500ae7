"""The addresses of the service: authorise, call one room, answer."""

"""What crosses the socket: requests, answers, states and events."""

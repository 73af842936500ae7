"""What the service can be asked, one method a route, by subject."""

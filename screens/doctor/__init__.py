"""What will fail tomorrow, found today."""

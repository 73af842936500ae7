"""The practice month as recorded answers, and the pictures of docs/."""

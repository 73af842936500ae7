"""The mapping: edited, judged, tried out."""

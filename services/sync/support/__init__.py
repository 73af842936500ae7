"""What support is given: bundles."""

"""Rules every file keeps."""

"""One broker format a file, each exporting FORMAT."""

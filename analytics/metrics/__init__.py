"""One metric family a file, each exporting METRICS."""

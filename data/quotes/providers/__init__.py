"""One quote provider a file, each exporting PROVIDER."""

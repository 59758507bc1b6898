"""Hostile and unlucky input: a corpus of bad files, and a fuzzer for the readers."""

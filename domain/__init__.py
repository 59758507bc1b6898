"""The vocabulary: values, names and rules shared by every layer; standard library only."""

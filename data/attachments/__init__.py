"""Files that people put beside trades and days: looked through, made anew, kept below the data folder."""

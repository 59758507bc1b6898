"""Flask's half: sign-in, guard, pages as recordings, REST and the command line."""

"""Where files go that the app makes: its own archive, and targets that the installation names."""

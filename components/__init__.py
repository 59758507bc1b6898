"""What the user sees: pure functions from values to Dash components."""

"""From executions to lots, trades and positions."""

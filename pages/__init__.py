"""One file a route: ids, skeleton layout, callbacks; nothing else."""

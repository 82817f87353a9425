"""Qt core: the training thread, the run watcher, jobs and settings. No widgets, no torch."""

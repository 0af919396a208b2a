"""Written sentences and what was read → whether each is supported."""

"""Settings that hold for every test."""

from hypothesis import settings

# A machine that is busy with other things makes any single case slow: how long one takes is for the benchmarks.
settings.register_profile("tomo", deadline=None)
settings.load_profile("tomo")

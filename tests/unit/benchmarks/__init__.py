"""Whether the benchmarks count right."""

"""What twinnet is measured by: `python -m benchmarks` prints every figure, with what a user would pick instead."""

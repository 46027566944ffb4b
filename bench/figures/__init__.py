"""What bench/run measures, one module for each kind of figure."""

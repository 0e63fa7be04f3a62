"""The physics of the heat valve: pure functions of arrays in SI units."""

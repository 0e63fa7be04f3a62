"""Instruments a heat-valve station needs beyond those that QCoDeS ships."""

"""A cold world that speaks SCPI: islands, junctions and a chip behind the boxes of a real station."""

"""What we remember: one DuckDB file behind one writer."""

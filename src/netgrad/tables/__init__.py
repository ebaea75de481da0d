"""Text of tables, and the points in it: records, columns, and the codecs between bytes and numbers."""

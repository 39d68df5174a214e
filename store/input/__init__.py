"""Files that people name: opened, decompressed, decoded, cut into lines.  What their text means is read elsewhere."""

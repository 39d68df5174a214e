"""What goes out: exports, their manifests, and the proof of them."""

"""What the keys of the review screen do, one idea a controller; none knows another."""

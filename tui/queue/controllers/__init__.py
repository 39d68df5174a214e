"""What the keys of the queue do, one idea a controller; none knows another."""

"""Shapes in which notices and annotations leave and enter zhupi; one module a shape."""

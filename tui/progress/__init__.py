"""The progress screen: who did what how fast, who agrees, and what is stuck."""

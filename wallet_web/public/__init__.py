"""What is open to anybody, without signing in."""

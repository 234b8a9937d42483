"""Pages for people, Italian first: families, shops, officers; decides nothing about money."""

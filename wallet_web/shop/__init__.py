"""The till page for shops: a shell; its scripts talk to the API."""

"""The comune's console: read by default; each change wants a role, some a second person."""

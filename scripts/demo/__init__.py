"""The demo network: five real comuni, invented shops and people, a month of their life."""

"""The network register: what belongs to no single comune. Small writes; nothing here is money."""

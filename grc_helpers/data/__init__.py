"""Ground floor: loading, cards, warehouse."""

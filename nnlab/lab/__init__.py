"""The live laboratory: a canvas, a player, controls, and the Lab that joins them."""

"""How likely, how far, and what exactly to do: probabilities, reserves, stress and plans."""

"""How likely, how far and what to do: probabilities, stress, reserves and plans over the domain's rules; numpy only."""

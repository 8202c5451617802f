"""What is true in a declared model, by intervention, and estimates beside it."""

"""How much of the outcome's variation each domain accounts for."""

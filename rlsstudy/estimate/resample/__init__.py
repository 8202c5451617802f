"""The bootstrap: draws by address, many fits at once, and intervals from them."""

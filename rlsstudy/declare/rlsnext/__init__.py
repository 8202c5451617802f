"""The completed model, while it is put together."""

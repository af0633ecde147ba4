"""Long work that nobody waits for: asked for once, done by a worker, followed from anywhere."""

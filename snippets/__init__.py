"""What the pages compute: one module a topic, which bears the page's name."""

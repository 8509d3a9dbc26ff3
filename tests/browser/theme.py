"""What a browser knows of the theme's script."""

LOADED = "Boolean(window.document$)"
# True once the theme tells its own parts and our script of the page.
STARTED = "window.document$ && new Promise(yes => document$.subscribe(yes))"

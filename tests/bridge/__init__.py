"""The bridge, part by part and on Markdown strings, without a site."""

"""Views: pure functions from facts and suggestions to text; who calls them writes the file."""

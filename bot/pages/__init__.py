"""The citizen's page: its HTML, its words, its own styles and script, and the shapes of the API it talks through."""

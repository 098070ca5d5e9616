"""Reading a content repository: files to checked values, every value with its place."""

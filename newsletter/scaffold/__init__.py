"""What a new folder and a new issue start from: texts with @slots@, a sample audience, a picture."""

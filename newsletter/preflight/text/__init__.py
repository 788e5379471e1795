"""The texts of an issue read as language: passages and sentences, names, numbers, lists of words."""

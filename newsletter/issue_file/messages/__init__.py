"""What is said about each fault, in words for people who are not programmers."""

"""YAML as its author sees it: a tree with places, and every fault of syntax in words."""

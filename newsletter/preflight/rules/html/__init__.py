"""Checks of the HTML: mail client support, images and accessibility."""

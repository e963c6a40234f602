"""JPEG pictures, decoded to the very samples that the reference's reader makes of them."""

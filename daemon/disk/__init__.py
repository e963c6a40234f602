"""The only way in which anything is written into a library; and the sheets beside the store."""

"""Looking at folders and files on disks that may be slow, gone or strange."""

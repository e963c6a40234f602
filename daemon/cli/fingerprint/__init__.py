"""`doorman fingerprint`: hashes of any files, without a library, a configuration or a daemon."""

"""The stash-box dialect: fingerprints asked, scenes answered over GraphQL."""

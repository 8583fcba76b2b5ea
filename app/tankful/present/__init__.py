"""Words and numbers for people, without Qt."""

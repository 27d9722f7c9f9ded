"""Top floor: chapters, exercises, editions, reports, command line."""

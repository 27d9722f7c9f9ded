"""Answer keys, one module a chapter, recomputed from the data set in use."""

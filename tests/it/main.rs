//! Tests of the whole: one binary, one module a file.

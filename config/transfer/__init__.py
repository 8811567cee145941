"""The books move from one database to another: every table, streaming, and compared before it counts."""

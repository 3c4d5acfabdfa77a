"""How a network is solved: compiled once, then a thousand patients a second. Importing this compiles nothing."""

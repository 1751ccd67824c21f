"""The statistical component `names_model`: a linear-chain CRF over the words of a text and what the rules say."""

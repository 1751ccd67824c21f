"""How well documents with truth are read: `python -m tests.eval`, also `make eval`.

Reads every document with truth in `tests/fixtures`, and in the corpus beside the checkout where there is
one, through the public functions; nothing here looks inside a reader. A scorer is a module with `NAME`,
`cases(folders)` and `score(case)`; to add one, name it in `evaluation.SCORERS`.
"""

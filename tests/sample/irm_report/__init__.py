"""The sample IRM report: its text (`report.html`) and the making of its PDF.

`python -m tests.sample.irm_report PDF` makes it anew; it needs Chromium.
"""

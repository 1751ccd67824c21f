"""The sample report: its text (`report.md`) and the making of its PDF and of its truth.

`python -m tests.sample.country_report SITE_FOLDER TRUTH_FILE` makes both anew; it needs LibreOffice.
"""

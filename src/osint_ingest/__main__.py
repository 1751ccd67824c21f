"""python -m osint_ingest"""

from osint_ingest.cli import main

main()

"""python -m osint_ingest.cli"""

from osint_ingest.cli import main

main()

"""python -m snippets: what there is, who uses it, and what is kept."""

import sys

from snippets._bridge.report import main

sys.exit(main())

"""Runs one command and prints what it took, as JSON: ``python -I -S _launched.py COMMAND...``; standard library only.

A program inherits the peak of memory of the process that starts it; so that one has to be small.
"""

import json
import resource
import subprocess
import sys
import time

begin = time.perf_counter()
code = subprocess.run(sys.argv[1:], check=False).returncode
seconds = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
json.dump({"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}, sys.stderr)
sys.exit(code)

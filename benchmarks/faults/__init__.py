"""Faults, one by one, against the real server process with traffic running: what clients saw, and how soon it ended.

python -m benchmarks.faults              # all of them; about half an hour; benchmarks/results/faults.json and .md
python -m benchmarks.faults --only away  # those whose name has the word; writes no results
python -m benchmarks.faults --only stopped --stop-seconds 3600  # an hour asleep
"""

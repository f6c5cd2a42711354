"""Replays what real clients sent to a real Kubernetes API server, and compares dev-cluster's answers with the real ones.

Run by `./dev test`; the transcripts lie beside the repository, in ../shared/transcripts. By hand, for some files only:
    TRANSCRIPTS="05 12" python3 -m unittest discover --start-directory Tests/DevClusterTests/Transcripts
"""

import concurrent.futures
import os
import sys
import unittest

import listed
import recording
from cluster import Cluster
from replay import Replay
from unrecorded import Unrecorded

FILES = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 20 21 30 31".split()


def replay(file):
    exchanges = recording.exchanges(file)
    cluster = Cluster()
    try:
        player = Replay(cluster, exchanges, Unrecorded(file, exchanges), listed.listed)
        player.run()
        return player
    finally:
        cluster.close()


class TranscriptTests(unittest.TestCase):
    @unittest.skipUnless(recording.FOLDER.is_dir(), "skipped: ../shared/transcripts is not there")
    def test_answers_as_a_real_api_server_does(self):
        chosen = os.environ.get("TRANSCRIPTS", "").split() or FILES
        with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
            players = dict(zip(chosen, pool.map(replay, chosen)))
        unlisted, seen = [], set()
        rows = []
        for file, player in players.items():
            equal = by_list = 0
            for result in player.results:
                entries = [(line, listed.listed(result.exchange, line)) for line in result.differences]
                missing = [line for line, entry in entries if entry is None]
                unlisted += ["\n    ".join([str(result.exchange), *missing])] if missing else []
                seen |= {entry for _, entry in entries if entry}
                equal += not entries
                by_list += bool(entries) and not missing
            rows.append((file, len(player.results), equal, by_list, len(player.skipped)))
        self.report(rows)
        stale = [] if os.environ.get("TRANSCRIPTS") else [
            entry.text for entry in listed.LISTED if entry not in seen and not entry.sometimes]
        if unlisted:
            self.fail(f"{len(unlisted)} exchanges with differences that are not listed:\n" + "\n".join(unlisted))
        if stale:
            self.fail("listed, but no longer different:\n" + "\n".join(stale))

    @staticmethod
    def report(rows):
        print("\ntranscript  compared  equal  listed  not sent", file=sys.stderr)
        for row in rows + [("all", *map(sum, list(zip(*rows))[1:]))]:
            print("{:<10}  {:>8}  {:>5}  {:>6}  {:>8}".format(*row), file=sys.stderr)


if __name__ == "__main__":
    unittest.main()

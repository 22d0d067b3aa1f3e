#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""gram_peer.py BENCH DATA_DIR [THREADS]: our whole least-squares and ridge fits beside the product X'X alone, by numpy's BLAS, of the
same rows in both orders of storage. One JSON line each, medians of alternating runs; ratio = the quicker X'X / ours, and the GFLOP/s
that half of X'X (it is symmetric) comes to."""
import json
import statistics
import subprocess
import sys
import time

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

ROUNDS = 3
TASKS = {"ols": "reg_tall", "ridge": "reg_mid"}


def gram_seconds(matrices, threads):
    """The median of each, in turn."""
    times = [[] for _ in matrices]
    with threadpool_limits(threads, "blas"):
        for _ in range(7):
            for own, X in zip(times, matrices):
                start = time.perf_counter()
                X.T @ X
                own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in times]


def main():
    bench, folder = sys.argv[1:3]
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    blas = next((f"{i['internal_api']} {i['version']}" for i in threadpool_info() if i["user_api"] == "blas"), "unknown")
    for task, name in TASKS.items():
        X = np.load(f"{folder}/{name}.X.npy")
        matrices = [np.ascontiguousarray(X), np.asfortranarray(X)]
        ours, grams = [], []
        for _ in range(ROUNDS):
            line = json.loads(subprocess.run([bench, task, folder, "--threads", str(threads)], stdout=subprocess.PIPE, check=True).stdout)
            ours.append(line["seconds"])
            grams.append(min(gram_seconds(matrices, threads)))
        own, gram = statistics.median(ours), statistics.median(grams)
        rows, columns = X.shape
        print(json.dumps({"task": task, "seconds": own, "gram_seconds": gram, "ratio": round(gram / own, 3), "blas": blas, "threads": threads,
                          "gflops_ours": round(rows * columns * (columns + 1) / own / 1e9, 1)}), flush=True)


if __name__ == "__main__":
    main()

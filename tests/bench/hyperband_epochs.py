#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hyperband_epochs.py HOLDOUT_CLI IDX_DIR [ROWS] [SEEDS] [EPOCHS]: how many training epochs Hyperband takes to the score that a full random
search ends with, on the images of IDX_DIR (train-images-idx3-ubyte.gz and its labels: MNIST's or Fashion-MNIST's files).

Both tune a network of one hidden layer over five parameters, EPOCHS (27) a full trial, on a third held out. Random search trains each
of its trials with all epochs. Hyperband's epochs are counted as trained: a trial that goes on with a larger budget counts that budget
whole, since it is trained again. One JSON line a seed, and one over all: the epochs of each, their ratio, the best score of each, and
the share of random's epochs after which Hyperband's best full-budget score was as good as random's last (null: not in its one round)."""
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile

EPOCHS = int(sys.argv[5]) if len(sys.argv) > 5 else 27
RANDOM_TRIALS = 50
METRIC = "log-loss"  # lower is better
SPACE = {"learning_rate": {"low": 1e-4, "high": 0.1, "scale": "log"}, "batch_size": {"low": 16, "high": 256, "scale": "log"},
         "dropout": {"low": 0, "high": 0.6}, "l2": {"low": 1e-6, "high": 1e-2, "scale": "log"}, "momentum": {"low": 0.5, "high": 0.99}}


def write_table(folder, path, rows):
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        pixels = file.read()[16:16 + 784 * rows]
    with gzip.open(os.path.join(folder, "train-labels-idx1-ubyte.gz")) as file:
        labels = file.read()[8:8 + rows]
    with open(path, "w") as file:
        file.write(",".join(f"p{j}" for j in range(784)) + ",label\n")
        for i in range(rows):
            file.write(",".join(map(str, pixels[784 * i:784 * (i + 1)])) + f",c{labels[i]}\n")


def search(cli, data, seed, tune):
    spec = {"data": {"source": data, "target": "label", "task": "classification"}, "prepare": [{"step": "min-max"}],
            "model": {"id": "mlp", "layers": [64], "optimizer": "sgd", "epochs": EPOCHS, "validation_fraction": 0.0},
            "validate": {"split": "hold-out", "test": 1 / 3}, "metrics": [METRIC], "seed": seed,
            "tune": {**tune, "metric": METRIC, "space": SPACE}}
    with tempfile.TemporaryDirectory() as folder:
        path, out = folder + "/spec.json", folder + "/out.json"
        with open(path, "w") as file:
            json.dump(spec, file)
        done = subprocess.run([cli, "run", path, "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        with open(out) as file:
            return json.load(file)["tune"]["trials"]


def course(trials):
    """(epochs so far, best score with the full budget so far), trial by trial."""
    epochs, best, points = 0, float("inf"), []
    for trial in trials:
        epochs += max(1, round(trial["budget"] * EPOCHS))
        if trial["budget"] >= 1 and trial["state"] == "complete":
            best = min(best, trial["score"])
        points.append((epochs, best))
    return points


def main():
    cli, folder = sys.argv[1:3]
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    seeds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    lines = []
    with tempfile.TemporaryDirectory() as work:
        data = work + "/images.csv"
        write_table(folder, data, rows)
        for seed in range(1, seeds + 1):
            random = course(search(cli, data, seed, {"search": "random", "trials": RANDOM_TRIALS}))
            band = course(search(cli, data, seed, {"search": "hyperband"}))
            reached = next((epochs for epochs, best in band if best <= random[-1][1]), None)
            third = next((best for epochs, best in reversed(random) if epochs <= random[-1][0] / 3), None)
            lines.append({"seed": seed, "random_epochs": random[-1][0], "hyperband_epochs": band[-1][0],
                          "ratio": round(band[-1][0] / random[-1][0], 3), "random_best": round(random[-1][1], 5),
                          "random_best_at_a_third": round(third, 5), "hyperband_best": round(band[-1][1], 5),
                          "reached_at": round(reached / random[-1][0], 3) if reached else None})
            print(json.dumps(lines[-1]), flush=True)
    middle = lambda key: round(statistics.median(line[key] for line in lines), 5)
    print(json.dumps({"seeds": seeds, "rows": rows, "epochs": EPOCHS, "median_random_best": middle("random_best"),
                      "median_random_best_at_a_third": middle("random_best_at_a_third"), "median_hyperband_best": middle("hyperband_best"),
                      "ratio": middle("ratio"), "reached": sum(line["reached_at"] is not None for line in lines)}))


main()

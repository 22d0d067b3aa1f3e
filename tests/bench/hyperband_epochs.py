#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hyperband_epochs.py HOLDOUT_CLI IDX_DIR [ROWS] [SEEDS] [EPOCHS] [SEARCH]: whether one round of Hyperband (or SEARCH: bohb) comes to
the score of a random search that trains for three times as many epochs, on the images of IDX_DIR (MNIST's or Fashion-MNIST's IDX files,
gzipped).

Both tune a network of one hidden layer over five parameters, EPOCHS (27) a full trial, on a third of ROWS (5000) held out. Random search
trains each trial with all epochs. Hyperband's epochs are counted as trained: a trial that goes on with a larger budget counts that budget
whole, since it is trained again. What a search chose is then trained on all ROWS and scored on 10,000 images that no search saw: the best
of many held-out scores flatters itself more than the best of Hyperband's few full trials, so those do not compare.
Prints a JSON line a seed, and one over all with the mean difference (Hyperband less random) over seeds and its 95 % t-interval."""
import csv
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

EPOCHS = int(sys.argv[5]) if len(sys.argv) > 5 else 27
METRIC = "log-loss"  # lower is better
SPACE = {"learning_rate": {"low": 1e-4, "high": 0.1, "scale": "log"}, "batch_size": {"low": 16, "high": 256, "scale": "log"},
         "dropout": {"low": 0, "high": 0.6}, "l2": {"low": 1e-6, "high": 1e-2, "scale": "log"}, "momentum": {"low": 0.5, "high": 0.99}}
T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}  # Student's t by degrees of freedom


def write_table(folder, part, path, first, rows):
    with gzip.open(os.path.join(folder, part + "-images-idx3-ubyte.gz")) as file:
        pixels = file.read()[16 + 784 * first:16 + 784 * (first + rows)]
    with gzip.open(os.path.join(folder, part + "-labels-idx1-ubyte.gz")) as file:
        labels = file.read()[8 + first:8 + first + rows]
    with open(path, "w") as file:
        file.write(",".join(f"p{j}" for j in range(784)) + ",label\n")
        for i in range(rows):
            file.write(",".join(map(str, pixels[784 * i:784 * (i + 1)])) + f",c{labels[i]}\n")


def call(command):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)


def fresh_loss(path, test):
    """Mean of -log of the probability that the predictions give to each row's own class."""
    with open(test) as file:
        truths = [line.rstrip("\n").rsplit(",", 1)[1] for line in file][1:]
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        column = {label: next(j for j, name in enumerate(names) if name.endswith(label)) for label in set(truths)}
        return statistics.fmean(-math.log(max(1e-15, float(row[column[truth]]))) for row, truth in zip(rows, truths))


def search(cli, work, seed, tune):
    spec = {"data": {"source": work + "/images.csv", "target": "label", "task": "classification"}, "prepare": [{"step": "min-max"}],
            "model": {"id": "mlp", "layers": [64], "optimizer": "sgd", "epochs": EPOCHS, "validation_fraction": 0.0},
            "validate": {"split": "hold-out", "test": 1 / 3}, "metrics": [METRIC], "seed": seed,
            "tune": {**tune, "metric": METRIC, "space": SPACE}}
    path, out, model = work + "/spec.json", work + "/out.json", work + "/chosen.model"
    with open(path, "w") as file:
        json.dump(spec, file)
    call([cli, "run", path, "--out", out, "--model", model])
    call([cli, "predict", model, work + "/fresh.csv", "-o", work + "/predicted.csv"])
    with open(out) as file:
        trials = json.load(file)["tune"]["trials"]
    epochs = sum(max(1, round(trial["budget"] * EPOCHS)) for trial in trials)
    best = min(trial["score"] for trial in trials if trial["budget"] >= 1 and trial["state"] == "complete")
    return epochs, best, fresh_loss(work + "/predicted.csv", work + "/fresh.csv")


def main():
    cli, folder = sys.argv[1:3]
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 5000
    seeds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    other = sys.argv[6] if len(sys.argv) > 6 else "hyperband"
    lines = []
    with tempfile.TemporaryDirectory() as work:
        write_table(folder, "t10k", work + "/fresh.csv", 0, 10_000)
        for seed in range(1, seeds + 1):
            write_table(folder, "train", work + "/images.csv", rows * (seed - 1), rows)  # other rows for each seed
            band_epochs, band_best, band_loss = search(cli, work, seed, {"search": other, "least": 1 / EPOCHS})
            trials = math.ceil(3 * band_epochs / EPOCHS)
            epochs, best, loss = search(cli, work, seed, {"search": "random", "trials": trials})
            lines.append({"seed": seed, "random_epochs": epochs, other + "_epochs": band_epochs, "ratio": round(band_epochs / epochs, 3),
                          "random_best": round(best, 4), other + "_best": round(band_best, 4),
                          "random_fresh": round(loss, 4), other + "_fresh": round(band_loss, 4)})
            print(json.dumps(lines[-1]), flush=True)
    differences = [line[other + "_fresh"] - line["random_fresh"] for line in lines]
    mean = statistics.fmean(differences)
    half = T_975[seeds - 1] * statistics.stdev(differences) / math.sqrt(seeds) if 2 <= seeds <= 10 else float("nan")
    print(json.dumps({"search": other, "rows": rows, "seeds": seeds, "epochs": EPOCHS, "ratio": lines[0]["ratio"], "difference": round(mean, 4),
                      "low": round(mean - half, 4), "high": round(mean + half, 4)}))


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Hyperband comes to the score of a random search that trains for three times as many epochs, on images like MNIST's.

Protocol, settled before the seeds that it is judged by were looked at:
- Both tune a network of one hidden layer over five parameters, 27 epochs a full trial, on a third of ROWS (3000) held out. Each seed has
  rows of its own: seeds 1, 2, ... the rows from 0, 3000, ... Settings of Hyperband were chosen on the rows from 54,000 on.
- Random search trains as many trials, each with all epochs, as make three times the epochs of Hyperband, rounded up. Hyperband's epochs
  are counted as trained: a trial that goes on with a larger budget counts what it is trained beyond the smaller one.
- What a search chose is trained on all ROWS and scored on the 10,000 test images, which no search saw: the best of many held-out scores
  flatters itself more than the best of Hyperband's few full trials, so those do not compare.
- Hyperband reaches the score when over at least 12 seeds, in pairs, the 95 % t-interval of the difference (Hyperband less random) of
  that loss includes 0 or lies below it, and its mean is at most a quarter of the standard deviation that random search's own loss has
  between seeds. Accuracy is told alike.

Prints a JSON line a seed and one over all. With --lines FILE the lines of seeds are kept there, and seeds that it has are not run again.
"""
import argparse
import csv
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

METRIC = "log-loss"  # lower is better
SPACE = {"learning_rate": {"low": 1e-4, "high": 0.1, "scale": "log"}, "batch_size": {"low": 16, "high": 256, "scale": "log"},
         "dropout": {"low": 0, "high": 0.6}, "l2": {"low": 1e-6, "high": 1e-2, "scale": "log"}, "momentum": {"low": 0.5, "high": 0.99}}
T_975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 11: 2.201, 12: 2.179,
         13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110, 18: 2.101, 19: 2.093, 20: 2.086, 21: 2.080, 22: 2.074, 23: 2.069,
         24: 2.064, 25: 2.060}  # Student's t by degrees of freedom


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli", help="holdout-cli")
    parser.add_argument("images", help="folder of MNIST's or Fashion-MNIST's IDX files, gzipped")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--epochs", type=int, default=27, help="of a full trial")
    parser.add_argument("--lines", help="file that lines of seeds are kept in")
    parser.add_argument("--tune", type=json.loads, default={"search": "hyperband", "least": 0.111, "brackets": 2, "rounds": 3},
                        help="what is compared, as JSON")
    return parser.parse_args()


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


def fresh_scores(path, test):
    """Mean of -log of the probability that the predictions give to each row's own class, and the share of rows whose class is the likeliest."""
    with open(test) as file:
        truths = [line.rstrip("\n").rsplit(",", 1)[1] for line in file][1:]
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        column = {label: next(j for j, name in enumerate(names) if name.endswith(label)) for label in set(truths)}
        losses, hits = [], 0
        for row, truth in zip(rows, truths):
            given = {label: float(row[j]) for label, j in column.items()}
            losses.append(-math.log(max(1e-15, given[truth])))
            hits += max(given, key=given.get) == truth
    return statistics.fmean(losses), hits / len(truths)


def epochs_trained(trials, full):
    reached, total = {}, 0
    for trial in trials:
        point = json.dumps(trial["params"], sort_keys=True)
        epochs = max(1, round(trial["budget"] * full))
        total += epochs - reached.get(point, 0)
        reached[point] = epochs
    return total


def search(options, work, seed, tune):
    spec = {"data": {"source": work + "/images.csv", "target": "label", "task": "classification"}, "prepare": [{"step": "min-max"}],
            "model": {"id": "mlp", "layers": [64], "optimizer": "sgd", "epochs": options.epochs, "validation_fraction": 0.0},
            "validate": {"split": "hold-out", "test": 1 / 3}, "metrics": [METRIC], "seed": seed,
            "tune": {**tune, "metric": METRIC, "space": SPACE}}
    path, out, model = work + "/spec.json", work + "/out.json", work + "/chosen.model"
    with open(path, "w") as file:
        json.dump(spec, file)
    call([options.cli, "run", path, "--out", out, "--model", model])
    call([options.cli, "predict", model, work + "/fresh.csv", "-o", work + "/predicted.csv"])
    with open(out) as file:
        trials = json.load(file)["tune"]["trials"]
    full = [trial["score"] for trial in trials if trial["budget"] >= 1 and trial["state"] == "complete"]
    loss, accuracy = fresh_scores(work + "/predicted.csv", work + "/fresh.csv")
    points = len({json.dumps(trial["params"], sort_keys=True) for trial in trials})
    return {"epochs": epochs_trained(trials, options.epochs), "points": points, "full": len(full), "best": round(min(full), 4),
            "loss": round(loss, 4), "accuracy": round(accuracy, 4)}


def compared(options, work, seed):
    write_table(options.images, "train", work + "/images.csv", options.rows * (seed - 1), options.rows)
    ours = search(options, work, seed, options.tune)
    random = search(options, work, seed, {"search": "random", "trials": math.ceil(3 * ours["epochs"] / options.epochs)})
    return {"seed": seed, "ours": ours, "random": random}


def summary(lines):
    result = {"seeds": len(lines), "ratio": round(max(line["ours"]["epochs"] / line["random"]["epochs"] for line in lines), 3)}
    for score in ("loss", "accuracy"):
        differences = [line["ours"][score] - line["random"][score] for line in lines]
        mean, half = statistics.fmean(differences), float("nan")
        if len(lines) - 1 in T_975:
            half = T_975[len(lines) - 1] * statistics.stdev(differences) / math.sqrt(len(lines))
        margin = statistics.stdev([line["random"][score] for line in lines]) / 4 if len(lines) > 1 else float("nan")
        result[score] = {"difference": round(mean, 4), "low": round(mean - half, 4), "high": round(mean + half, 4), "margin": round(margin, 4)}
    loss = result["loss"]
    result["reached"] = len(lines) >= 12 and result["ratio"] <= 1 / 3 and loss["low"] <= 0 and loss["difference"] <= loss["margin"]
    return result


def main():
    options = arguments()
    lines = []
    if options.lines and os.path.exists(options.lines):
        with open(options.lines) as file:
            lines = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as work:
        write_table(options.images, "t10k", work + "/fresh.csv", 0, 10_000)
        for seed in range(1, options.seeds + 1):
            if any(line["seed"] == seed for line in lines):
                continue
            lines.append(compared(options, work, seed))
            print(json.dumps(lines[-1]), flush=True)
            if options.lines:
                with open(options.lines, "a") as file:
                    file.write(json.dumps(lines[-1]) + "\n")
    print(json.dumps({"tune": options.tune, "rows": options.rows, "epochs": options.epochs, **summary(lines)}))


main()

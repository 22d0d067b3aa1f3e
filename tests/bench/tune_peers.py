#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tune_peers.py BENCH DATA_DIR [TASK...]: Optuna's samplers and a plain Gaussian process with expected improvement on the
tuning tasks whose objective is this project's own models, served by `BENCH objective:TASK DATA_DIR`. One JSON line each: quartiles over
20 seeds of the best value after 50 trials, as the peers' own tuning tasks count. Scores are kept, so that no point is computed twice."""
import json
import subprocess
import sys
import time

import numpy as np
import optuna
import scipy.stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

TRIALS, SEEDS = 50, 20
TASKS = ("tune_titanic", "tune_diabetes", "tune_breast_cancer", "tune_concrete")
optuna.logging.set_verbosity(optuna.logging.ERROR)


class Problem:
    def __init__(self, bench, task, folder):
        self.process = subprocess.Popen([bench, "objective:" + task, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.space = json.loads(self.process.stdout.readline())
        self.known = {}

    def cost(self, point):
        line = json.dumps(point)
        if line not in self.known:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            self.known[line] = float(self.process.stdout.readline())
        return self.known[line]

    def at(self, u):
        """The point at u in the unit cube."""
        point = {}
        for d, x in zip(self.space, u):
            if d["choices"]:
                point[d["name"]] = d["choices"][min(len(d["choices"]) - 1, int(x * len(d["choices"])))]
                continue
            value = d["low"] * (d["high"] / d["low"])**x if d["log"] else d["low"] + x * (d["high"] - d["low"])
            value = min(max(value, d["low"]), d["high"])
            point[d["name"]] = round(value) if d["integer"] else float(value)
        return point

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def suggest(trial, d):
    if d["choices"]:
        return trial.suggest_categorical(d["name"], d["choices"])
    if d["integer"]:
        return trial.suggest_int(d["name"], int(d["low"]), int(d["high"]), log=d["log"])
    return trial.suggest_float(d["name"], d["low"], d["high"], log=d["log"])


def run_optuna(problem, sampler):
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: problem.cost({d["name"]: suggest(trial, d) for d in problem.space}), n_trials=TRIALS)
    return study.best_value


def run_gp(problem, seed):
    """The peers' reference loop, on the unit cube."""
    p, rng = len(problem.space), np.random.default_rng(seed)
    U = scipy.stats.qmc.Sobol(p, seed=seed).random(10)
    y = np.array([problem.cost(problem.at(u)) for u in U])
    kernel = ConstantKernel(1.0) * Matern(np.ones(p) * 0.5, (0.02, 20), nu=2.5) + WhiteKernel(1e-5, (1e-8, 1e-1))
    while len(y) < TRIALS:
        model = GaussianProcessRegressor(kernel, normalize_y=True, random_state=seed).fit(U, y)
        near = U[y.argmin()] + 0.05 * rng.standard_normal((500, p)) * rng.random((500, 1))
        candidates = np.vstack([rng.random((2000, p)), np.clip(near, 0, 1)])
        mean, sd = model.predict(candidates, return_std=True)
        z = (y.min() - mean) / np.maximum(sd, 1e-12)
        u = candidates[np.argmax(sd * (z * scipy.stats.norm.cdf(z) + scipy.stats.norm.pdf(z)))]
        U, y = np.vstack([U, u]), np.append(y, problem.cost(problem.at(u)))
    return y.min()


PEERS = {"optuna random": lambda p, s: run_optuna(p, optuna.samplers.RandomSampler(seed=s)),
         "optuna QMC": lambda p, s: run_optuna(p, optuna.samplers.QMCSampler(seed=s, scramble=True)),
         "optuna TPE": lambda p, s: run_optuna(p, optuna.samplers.TPESampler(seed=s)),
         "optuna TPE multivariate": lambda p, s: run_optuna(p, optuna.samplers.TPESampler(seed=s, multivariate=True)),
         "GP + EI": run_gp}


def main():
    bench, folder, tasks = sys.argv[1], sys.argv[2], sys.argv[3:] or TASKS
    for task in tasks:
        problem = Problem(bench, task, folder)
        for name, peer in PEERS.items():
            start = time.monotonic()
            q25, q50, q75 = np.percentile([peer(problem, seed) for seed in range(SEEDS)], [25, 50, 75])
            print(json.dumps({"task": task, "peer": name, "quality": {"best": q50, "best_q25": q25, "best_q75": q75},
                              "seconds": round(time.monotonic() - start, 1)}), flush=True)
        problem.close()


if __name__ == "__main__":
    main()

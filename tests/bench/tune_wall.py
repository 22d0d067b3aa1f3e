#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tune_wall.py HOLDOUT_CLI DATA.csv TARGET [TRIALS]: the wall time of tuning gradient boosting, 50 trials x 5 folds by default: ours by
`bayes`, and Optuna's TPE driving scikit-learn, with two workers either across folds or across trials. One JSON line each; the last
gives the ratio to the quicker of Optuna's two. All start from the file; both search the same space for the least log loss."""
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"  # the workers are the parallelism, as scikit-learn advises
SPACE = {"learning_rate": (0.01, 0.5), "max_leaves": (4, 64), "min_samples_leaf": (5, 100), "lambda": (1e-3, 100)}


def ours(cli, data, target, trials):
    spec = {"data": {"source": data, "target": target}, "prepare": [{"step": "one-hot"}],
            "model": {"id": "boosting", "trees": 100, "validation_fraction": 0.0},
            "validate": {"split": "k-fold", "folds": 5}, "metrics": ["log-loss"], "seed": 1,
            "tune": {"search": "bayes", "trials": trials, "metric": "log-loss",
                     "space": {name: {"low": low, "high": high, "scale": "log"} for name, (low, high) in SPACE.items()}}}
    with tempfile.TemporaryDirectory() as folder:
        path, out = folder + "/spec.json", folder + "/out.json"
        with open(path, "w") as file:
            json.dump(spec, file)
        start = time.monotonic()
        subprocess.run([cli, "run", path, "--out", out, "--threads", "2"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - start
        with open(out) as file:
            return seconds, json.load(file)["metrics"]["log-loss"]["mean"]


def optuna_with(data, target, trials, across):
    import optuna
    import pandas
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    start = time.monotonic()
    table = pandas.read_csv(data)
    rows, truth = table.drop(columns=target), table[target]

    def objective(trial):
        low_high = {name: ends for name, ends in SPACE.items()}
        model = HistGradientBoostingClassifier(
            max_iter=100, early_stopping=False, random_state=0,
            learning_rate=trial.suggest_float("learning_rate", *low_high["learning_rate"], log=True),
            max_leaf_nodes=trial.suggest_int("max_leaves", *low_high["max_leaves"], log=True),
            min_samples_leaf=trial.suggest_int("min_samples_leaf", *low_high["min_samples_leaf"], log=True),
            l2_regularization=trial.suggest_float("lambda", *low_high["lambda"], log=True))
        encode = make_column_transformer((OneHotEncoder(sparse_output=False, handle_unknown="ignore"), make_column_selector(dtype_include=object)),
                                         remainder="passthrough")
        return -cross_val_score(make_pipeline(encode, model), rows, truth, scoring="neg_log_loss",
                                cv=StratifiedKFold(5, shuffle=True, random_state=0), n_jobs=2 if across == "folds" else 1).mean()

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=trials, n_jobs=2 if across == "trials" else 1)
    return time.monotonic() - start, study.best_value


def main():
    cli, data, target = sys.argv[1:4]
    trials = int(sys.argv[4]) if len(sys.argv) > 4 else 50
    own, score = ours(cli, os.path.abspath(data), target, trials)
    print(json.dumps({"who": "Holdout, bayes", "seconds": round(own, 2), "log-loss": score}), flush=True)
    quickest = float("inf")
    for across in ("folds", "trials"):
        seconds, best = optuna_with(data, target, trials, across)
        quickest = min(quickest, seconds)
        print(json.dumps({"who": f"Optuna TPE and scikit-learn, 2 workers across {across}", "seconds": round(seconds, 2), "log-loss": best}),
              flush=True)
    print(json.dumps({"ratio": round(quickest / own, 2)}))


if __name__ == "__main__":
    main()

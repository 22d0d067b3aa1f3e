#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes noise.csv: ten columns of random numbers and a coin that has nothing to do with them. Whoever tunes on it long
enough finds a model that seems to know the coin; the nested estimate says that it does not. Of the seeds 1 to 8, in each
of which the best score lay above the nested one, this shows it most plainly."""
import random

random.seed(4)
COLUMNS, ROWS = 10, 120
coins = ["heads", "tails"] * (ROWS // 2)
random.shuffle(coins)
with open("noise.csv", "w") as file:
    file.write(",".join(f"x{j + 1}" for j in range(COLUMNS)) + ",coin\n")
    for coin in coins:
        file.write(",".join(f"{random.gauss(0, 1):.3f}" for _ in range(COLUMNS)) + f",{coin}\n")

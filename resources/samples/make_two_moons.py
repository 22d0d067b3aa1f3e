#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes two_moons.csv: two interleaved half circles with noise, a toy for seeing what a model can bend to."""
import math
import random

random.seed(7)
rows = []
for i in range(400):
    angle = math.pi * random.random()
    upper = i % 2 == 0
    x = math.cos(angle) if upper else 1 - math.cos(angle)
    y = math.sin(angle) if upper else 0.5 - math.sin(angle)
    rows.append((x + random.gauss(0, 0.22), y + random.gauss(0, 0.22), "upper" if upper else "lower"))
random.shuffle(rows)
with open("two_moons.csv", "w") as file:
    file.write("x,y,moon\n")
    for x, y, moon in rows:
        file.write(f"{x:.4f},{y:.4f},{moon}\n")

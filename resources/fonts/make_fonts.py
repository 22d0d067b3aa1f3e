#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the fonts of this folder from Debian's fonts-inter (needs python3-fonttools).

Qt 6.4 cannot switch OpenType features on, so the tabular figures (feature tnum) become the ordinary ones, the family gets
a name of its own, and glyphs are kept for the scripts that the window writes: Latin, Greek, Cyrillic and signs.
"""
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/inter")
STYLES = {"Regular": 400, "Italic": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
KEPT = [(0x20, 0x24F), (0x2B0, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x22FF), (0x2500, 0x25FF), (0x2600, 0x27BF)]


def tabular_glyphs(font):
    """Glyph by its tabular form, from the single substitutions of feature tnum."""
    gsub = font["GSUB"].table
    lookups = {i for f in gsub.FeatureList.FeatureRecord if f.FeatureTag == "tnum" for i in f.Feature.LookupListIndex}
    mapping = {}
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            table = getattr(table, "ExtSubTable", table)
            mapping.update(getattr(table, "mapping", {}))
    return mapping


def make(style, weight, target):
    font = TTFont(SOURCE / f"Inter-{style}.otf")
    tabular = tabular_glyphs(font)
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            if code in table.cmap:
                table.cmap[code] = tabular.get(table.cmap[code], table.cmap[code])
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "calt"], name_IDs=["*"], notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for low, high in KEPT for c in range(low, high + 1)])
    subsetter.subset(font)
    family = "Holdout Inter"
    names = font["name"]
    for record in list(names.names):
        if record.nameID in (1, 16, 21):
            names.removeNames(nameID=record.nameID)
    ribbi = style in ("Regular", "Italic", "Bold")
    for name_id, text in {1: family if ribbi else f"{family} {style}", 2: style if ribbi else "Regular", 3: f"{family} {style}",
                          4: f"{family} {style}", 6: f"HoldoutInter-{style}", 16: family, 17: style}.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    cff = font["CFF "].cff
    cff.fontNames = [f"HoldoutInter-{style}"]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = family, f"{family} {style}"
    font.save(target / f"HoldoutInter-{style}.otf")


if __name__ == "__main__":
    for style_name, style_weight in STYLES.items():
        make(style_name, style_weight, Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))

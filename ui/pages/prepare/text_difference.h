// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace holdout {

/// A stretch of words of a text: in both texts, or in this one alone.
struct TextPiece {
    QString words;
    bool isShared = true;

    bool operator==(const TextPiece&) const = default;
};

struct TextDifference {
    std::vector<TextPiece> before, after;
};

/// Word by word, by the longest common subsequence; of each text the first `most` words. Where one has more, both end with
/// the last that they share and dots: what is behind it may differ only because the other is cut.
TextDifference textDifference(const QString& before, const QString& after, qsizetype most = 120);

}  // namespace holdout

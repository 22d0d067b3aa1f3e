// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/text_difference.h"

#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace holdout {

namespace {

QStringList wordsOf(const QString& text) {
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    QStringList words = text.split(blanks, Qt::SkipEmptyParts);
    return words;
}

void add(std::vector<TextPiece>& pieces, const QString& word, bool isShared) {
    if (!pieces.empty() && pieces.back().isShared == isShared) pieces.back().words += ' ' + word;
    else pieces.push_back({word, isShared});
}

}  // namespace

TextDifference textDifference(const QString& before, const QString& after, qsizetype most) {
    QStringList a = wordsOf(before), b = wordsOf(after);
    const bool isCut = a.size() > most || b.size() > most;
    if (isCut) {
        a = a.mid(0, most);
        b = b.mid(0, most);
    }
    const auto rows = static_cast<std::size_t>(a.size()), columns = static_cast<std::size_t>(b.size());
    // common[i][j]: how many words the rests from i and j share.
    std::vector<std::vector<int>> common(rows + 1, std::vector<int>(columns + 1));
    for (std::size_t i = rows; i-- > 0;)
        for (std::size_t j = columns; j-- > 0;)
            common[i][j] = a[static_cast<qsizetype>(i)] == b[static_cast<qsizetype>(j)] ? common[i + 1][j + 1] + 1
                                                                                       : std::max(common[i + 1][j], common[i][j + 1]);
    TextDifference difference;
    std::size_t i = 0, j = 0;
    while (i < rows || j < columns) {
        const QString mine = i < rows ? a[static_cast<qsizetype>(i)] : QString(), theirs = j < columns ? b[static_cast<qsizetype>(j)] : QString();
        if (i < rows && j < columns && mine == theirs) {
            add(difference.before, mine, true);
            add(difference.after, theirs, true);
            ++i, ++j;
        } else if (j == columns || (i < rows && common[i + 1][j] >= common[i][j + 1])) {
            add(difference.before, mine, false);
            ++i;
        } else {
            add(difference.after, theirs, false);
            ++j;
        }
    }
    if (isCut)
        for (std::vector<TextPiece>* pieces : {&difference.before, &difference.after}) {
            while (!pieces->empty() && !pieces->back().isShared) pieces->pop_back();
            add(*pieces, QString(QChar(0x2026)), true);
        }
    return difference;
}

}  // namespace holdout

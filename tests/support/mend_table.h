// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <algorithm>
#include <stdexcept>

#include "data/edit/edit.h"
#include "data/file_format.h"
#include "data/profile.h"

namespace holdout::test {

inline TableProfile profiled(const Table& table) {
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    return profile(table, context);
}

/// The table once every edit that a finding offers has been made.
inline Table mended(Table table) {
    static const EditRegistry edits = builtinEdits();
    SilentProgress progress;
    JobContext context{{}, {}, progress, Seed{1}};
    constexpr int most = 30;
    for (int i = 0; i < most; ++i) {
        const TableProfile now = profile(table, context);
        const auto offered = std::find_if(now.findings.begin(), now.findings.end(), [](const Finding& finding) { return finding.remedyEdit.has_value(); });
        if (offered == now.findings.end()) return table;
        table = applyEdits(table, {*offered->remedyEdit}, edits, context).table;
    }
    throw std::logic_error("the remedies never end");
}

/// Whether a finding about that column (about the rows, where it has no name) holds the words.
inline bool finds(const Table& table, const std::string& column, const char* words) {
    const TableProfile now = profiled(table);
    return std::any_of(now.findings.begin(), now.findings.end(), [&](const Finding& finding) { return finding.column == column && finding.sentence.find(words) != std::string::npos; });
}

inline bool warnsOf(const ReadResult& read, const char* words) {
    return std::any_of(read.warnings.begin(), read.warnings.end(), [=](const Warning& w) { return w.message.find(words) != std::string::npos; });
}

inline QString typesOf(const Table& table) {
    QStringList types;
    for (const ColumnPtr& column : table.columns()) types << QString::fromStdString(column->name() + ": " + std::string(columnTypeName(column->type())));
    return types.join(", ");
}

}  // namespace holdout::test

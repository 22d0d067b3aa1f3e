// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/table_files.h"

#include <QDateTime>
#include <QFileInfo>
#include <QObject>
#include <QRegularExpression>
#include <QStringList>

#include "data/csv_writer.h"
#include "data/file_format.h"
#include "data/table_writer.h"
#include "document/own_folder.h"

namespace holdout {

namespace {

/// "*.csv *.tsv" of "csv tsv".
QString patterns(std::string_view endings) {
    QStringList each;
    for (const QString& ending : QString::fromUtf8(endings.data(), static_cast<qsizetype>(endings.size())).split(' ', Qt::SkipEmptyParts))
        each << "*." + ending;
    return each.join(' ');
}

QString label(std::string_view text) {
    QString words = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    return words;
}

}  // namespace

QString openFilters(Projects projects) {
    QStringList all, filters;
    for (const FileFormat& format : fileFormats()) {
        if (format.endings.empty()) continue;
        all << patterns(format.endings);
        filters << QStringLiteral("%1 (%2)").arg(label(format.label), patterns(format.endings));
    }
    all << QStringLiteral("*.gz *.zst");
    if (projects == Projects::With) {
        all << QStringLiteral("*.holdout");
        filters << QObject::tr("Holdout project (*.holdout)");
    }
    filters.prepend((projects == Projects::With ? QObject::tr("Data and projects (%1)") : QObject::tr("Data (%1)")).arg(all.join(' ')));
    filters << QObject::tr("All files (*)");
    return filters.join(QStringLiteral(";;"));
}

QString exportFilters() {
    QStringList filters;
    for (const WriteFormat& format : writeFormats())
        filters << QStringLiteral("%1 (%2)").arg(label(format.label), patterns(format.endings));
    return filters.join(QStringLiteral(";;"));
}

QString withEnding(const QString& path, const QString& filter) {
    if (path.isEmpty() || !QFileInfo(path).suffix().isEmpty()) return path;
    const QRegularExpressionMatch first = QRegularExpression(QStringLiteral("\\*(\\.\\w+)")).match(filter);
    return first.hasMatch() ? path + first.captured(1) : path;
}

bool looksLikeTable(const QString& text) {
    const QString trimmed = text.trimmed();
    return trimmed.contains('\n') || trimmed.contains('\t');
}

std::filesystem::path keepPasted(const QString& text) {
    if (!looksLikeTable(text))
        throw Error("What the clipboard holds is no table.", {}, "Copy the cells of a spreadsheet with their headings, then paste them here.");
    const std::string name = "pasted " + QDateTime::currentDateTime().toString("yyyy-MM-dd hh-mm-ss").toStdString();
    const std::filesystem::path path = unusedPath(ownFolder("pasted", "pasted tables"), name, ".tsv");
    writeFileAtomically(path, text.toStdString());
    return path;
}

}  // namespace holdout

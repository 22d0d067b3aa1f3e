// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/file_words.h"

#include <QObject>

#include "base/format.h"
#include "data/file_format.h"
#include "forms/param_words.h"

namespace holdout {

QString delimiterWord(char delimiter) {
    switch (delimiter) {
        case ',': return QObject::tr("comma");
        case ';': return QObject::tr("semicolon");
        case '\t': return QObject::tr("tab");
        case '|': return QObject::tr("bar");
        case ':': return QObject::tr("colon");
        case ' ': return QObject::tr("spaces");
        default: return QString(QLatin1Char(delimiter));
    }
}

QString markWord(char mark) {
    switch (mark) {
        case NoMark: return QObject::tr("none");
        case '\0': return QObject::tr("the usual ones");
        case ' ': return QObject::tr("space");
        default: return QString(QLatin1Char(mark));
    }
}

namespace {

/// What kind of file it is, and how it is written: "comma, UTF-8", "Excel workbook, sheet Measured".
QStringList formWords(const CsvFormat& format) {
    QStringList words;
    if (format.kind == "csv" || format.kind == "tsv") {
        words << delimiterWord(format.delimiter) << fromCore(encodingName(format.encoding));
    } else {
        for (const FileFormat& known : fileFormats())
            if (known.id == format.kind) words << fromCore(known.label);
    }
    if (!format.part.empty()) words << fromCore(format.part);
    if (!format.packed.empty()) words << fromCore(format.packed);
    return words;
}

}  // namespace

QString decimalWord(char decimal) {
    return decimal == ',' ? QObject::tr("comma") : QObject::tr("point");
}

QString readSentence(const QString& fileName, const ReadResult& read, bool isPart) {
    const QString count = fromCore(formatCount(static_cast<std::int64_t>(read.table.rows())));
    const QString time = fromCore(formatDuration(read.seconds));
    const QString rows = isPart ? QObject::tr("%1 of its rows, read in %2").arg(count, time) : QObject::tr("%1 rows read in %2").arg(count, time);
    const QString notes = read.warnings.empty()       ? QObject::tr("nothing skipped")
                          : read.warnings.size() == 1 ? QObject::tr("one remark")
                                                      : QObject::tr("%1 remarks").arg(read.warnings.size());
    return QStringLiteral("%1 · %2")
        .arg(fileName, (formWords(read.format) << rows << notes).join(QStringLiteral(", ")));
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/file_words.h"

#include <QObject>

#include "base/format.h"
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

QString decimalWord(char decimal) {
    return decimal == ',' ? QObject::tr("comma") : QObject::tr("point");
}

QString readSentence(const QString& fileName, const ReadResult& read) {
    const QString rows = QObject::tr("%1 rows read in %2")
                             .arg(fromCore(formatCount(static_cast<std::int64_t>(read.table.rows()))),
                                  fromCore(formatDuration(read.seconds)));
    const QString notes = read.warnings.empty()       ? QObject::tr("nothing skipped")
                          : read.warnings.size() == 1 ? QObject::tr("one remark")
                                                      : QObject::tr("%1 remarks").arg(read.warnings.size());
    return QStringLiteral("%1 · %2")
        .arg(fileName, QStringList{delimiterWord(read.format.delimiter), fromCore(encodingName(read.format.encoding)), rows, notes}
                           .join(QStringLiteral(", ")));
}

}  // namespace holdout

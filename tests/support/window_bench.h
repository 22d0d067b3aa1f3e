// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "document/experiment_document.h"

namespace holdout::test {

/// What a window test stands on: everything that `main` builds, with its settings and data in a folder of its own.
class Bench {
public:
    Bench() {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
    }

    QString path(const QString& name) const { return m_folder.filePath(name); }
    /// Writes a small file and says where it is.
    std::filesystem::path write(const QString& name, const QByteArray& content) const {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("cannot write the fixture");
        return path(name).toStdString();
    }
    /// Reads `data` into `document` and waits for its profile.
    static bool open(ExperimentDocument& document, const std::filesystem::path& data) {
        QSignalSpy profiled(&document, &ExperimentDocument::profileChanged);
        document.openData(data);
        return (profiled.count() > 0 || profiled.wait(20'000)) && document.data();
    }
    /// Runs the experiment and waits for its end.
    static bool run(ExperimentDocument& document, ExperimentDocument::RunKind kind) {
        QSignalSpy runs(&document, &ExperimentDocument::runsChanged);
        const std::size_t before = document.runs().size();
        document.run(kind);
        while (document.runs().size() == before)
            if (!runs.wait(30'000)) return false;
        return true;
    }

    Arena arena{2};
    Catalog catalog = builtinCatalog();
    SearchRegistry searches = builtinSearches();
    JobQueue jobs{arena};

private:
    QTemporaryDir m_folder;
};

/// Two classes that overlap, with a category and missing cells: `rows` lines of CSV.
inline QByteArray messyCsv(int rows) {
    QByteArray text = "age,fare,sex,survived\n";
    RandomStream random(Seed{5});
    for (int i = 0; i < rows; ++i) {
        const bool isFemale = random.uniform() < 0.4;
        const double age = 20 + 40 * random.uniform(), fare = 10 + 80 * random.uniform();
        const bool survived = random.uniform() < (isFemale ? 0.7 : 0.2) + 0.002 * (fare - 50);
        text += (random.uniform() < 0.15 ? QByteArray() : QByteArray::number(age, 'f', 1)) + "," + QByteArray::number(fare, 'f', 2) +
                "," + (isFemale ? "female" : "male") + "," + (survived ? "yes" : "no") + "\n";
    }
    return text;
}

}  // namespace holdout::test

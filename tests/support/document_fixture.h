// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include "document/experiment_document.h"

namespace holdout {

/// A document with its surroundings, and a small file whose target "bought" depends on "income".
struct DocumentFixture {
    DocumentFixture() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName("Holdout");
        QCoreApplication::setApplicationName("HoldoutTest");
        QFile file(dataPath());
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", qPrintable(dataPath()));
        file.write("code,income,city,bought\n");
        for (int i = 0; i < 60; ++i) {
            const int income = 20 + (i * 37) % 50;
            const QString cell = i % 10 == 3 ? QString() : QString::number(income);
            const char* city = i % 3 == 0 ? "Bern" : i % 3 == 1 ? "Graz" : "Lyon";
            const bool bought = income > 45 || i % 11 == 0;
            file.write(QStringLiteral("%1,%2,%3,%4\n").arg(i % 7 + 1).arg(cell, city, bought ? "yes" : "no").toUtf8());
        }
    }

    QString dataPath() const { return folder.filePath("shop.csv"); }

    /// Opens the file and waits for it.
    bool openData() {
        QSignalSpy changed(&document, &ExperimentDocument::dataChanged);
        document.openData(dataPath().toStdString());
        return changed.wait(10000);
    }

    QTemporaryDir folder;
    Arena arena{2};
    const Catalog catalog = builtinCatalog();
    const SearchRegistry searches = builtinSearches();
    JobQueue jobs{arena};
    ExperimentDocument document{catalog, searches, jobs};
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "document/experiment_document.h"

namespace holdout {

/// An experiment for the tests of pages: 120 rows of two numbers and a category, and a target of two classes that they
/// tell, read through the document as a person's file would be.
class PageFixture {
public:
    PageFixture() : m_catalog(builtinCatalog()), m_searches(builtinSearches()), m_arena(2), m_jobs(m_arena),
                    document(m_catalog, m_searches, m_jobs) {}

    /// Before the first document of a program: what it keeps goes to a folder of tests.
    static void prepare() { QStandardPaths::setTestModeEnabled(true); }

    void open() {
        QFile file(m_folder.filePath("toy.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b,kind,target\n");
        for (int i = 0; i < 120; ++i) {
            const double a = std::sin(1.7 * i), b = std::cos(2.3 * i);
            const bool yes = a + 0.5 * b + 0.6 * std::sin(5.1 * i) > 0;
            file.write(QString("%1,%2,%3,%4\n").arg(a).arg(b).arg(i % 3 == 0 ? "red" : "blue", yes ? "yes" : "no").toUtf8());
        }
        file.close();
        DataHint hint;
        hint.target = "target";
        hint.task = Task::Classification;
        document.openData(file.fileName().toStdString(), hint);
        QTRY_VERIFY_WITH_TIMEOUT(document.data() != nullptr, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(document.profile() != nullptr, 20'000);
    }

    /// Runs the experiment as it is and waits for its answer.
    void run() {
        const std::size_t before = document.runs().size();
        document.run(ExperimentDocument::RunKind::Evaluate);
        QTRY_COMPARE_WITH_TIMEOUT(document.runs().size(), before + 1, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(document.runJob(), JobId(0), 20'000);
    }

private:
    QTemporaryDir m_folder;
    Catalog m_catalog;
    SearchRegistry m_searches;
    Arena m_arena;
    JobQueue m_jobs;

public:
    ExperimentDocument document;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <map>
#include <string>

#include "data/profile.h"

class QVBoxLayout;

namespace holdout {

class ExperimentDocument;
class Note;

/// What the profile found, each with a button that adds the step which mends it, or leads to the one that does.
class FindingList : public QWidget {
    Q_OBJECT
public:
    explicit FindingList(ExperimentDocument& document, QWidget* parent = nullptr);

    /// The findings about `column`; about all columns when it is empty.
    void show(const QString& column);

signals:
    void goTo(const QString& pageId);

private:
    void offerRemedy(Note& note, const Finding& finding);
    void addNote(const Finding& finding, bool named);
    void addSharedNote(const std::string& stepId, const QStringList& columns);
    /// The columns that a step of the recipe takes care of, by step; only where they are many.
    std::map<std::string, QStringList> mendedColumns() const;
    ColumnType typeOf(const Finding& finding) const;

    ExperimentDocument& m_document;
    QVBoxLayout* m_rows;
};

}  // namespace holdout

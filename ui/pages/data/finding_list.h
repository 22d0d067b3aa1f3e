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
    /// Findings besides those of the profile, which come first; `show` shows them.
    void setMore(std::vector<Finding> findings) { m_more = std::move(findings); }
    bool isEmpty() const;

signals:
    void goTo(const QString& pageId);

private:
    Finding adapted(const Finding& finding) const;
    void offerRemedy(Note& note, const Finding& finding);
    void offerReading(Note& note, const Finding& finding);
    std::vector<Finding> findings() const;
    void addNote(const Finding& finding, bool named);
    void offerBetterScores(Note& note);
    void addSharedNote(const std::string& stepId, const QStringList& columns);
    /// The columns that a step of the recipe takes care of, by step; only where they are many.
    std::map<std::string, QStringList> mendedColumns() const;
    ColumnType typeOf(const Finding& finding) const;

    ExperimentDocument& m_document;
    QWidget* m_notes;
    QVBoxLayout* m_rows;
    std::vector<Finding> m_more;
};

}  // namespace holdout

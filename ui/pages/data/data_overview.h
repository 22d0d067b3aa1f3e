// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;

namespace holdout {

class ExperimentDocument;
class EditList;
class FileSettings;
class FindingList;
class SealSettings;
struct Finding;

/// The table as a whole: what is predicted, what was found in it, and how its file is read.
class DataOverview : public QWidget {
    Q_OBJECT
public:
    explicit DataOverview(ExperimentDocument& document, QWidget* parent = nullptr);

    /// Shows what the document says now.
    void refresh();
    /// Findings besides those of the profile, which come first.
    void setFindings(const std::vector<Finding>& findings);

signals:
    void goTo(const QString& pageId);

private:
    void buildQuestion();
    QComboBox* addChoice(QGridLayout* grid, const QString& caption, const char* name);
    void chooseTarget(int index);
    void chooseTask(int index);

    ExperimentDocument& m_document;
    QComboBox* m_target = nullptr;
    QComboBox* m_task = nullptr;
    EditList* m_edits = nullptr;
    FindingList* m_findings = nullptr;
    bool m_hasMore = false;   ///< findings besides those of the profile
    QLabel* m_findingsHeading = nullptr;
    SealSettings* m_seal = nullptr;
    FileSettings* m_file = nullptr;
};

}  // namespace holdout

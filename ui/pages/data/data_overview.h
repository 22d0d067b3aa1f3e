// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace holdout {

class ExperimentDocument;
class EditList;
class FindingList;

/// The table as a whole: what is predicted, what was found in it, and how its file is read.
class DataOverview : public QWidget {
    Q_OBJECT
public:
    explicit DataOverview(ExperimentDocument& document, QWidget* parent = nullptr);

    /// Shows what the document says now.
    void refresh();

signals:
    void goTo(const QString& pageId);

private:
    void buildQuestion();
    void buildFile();
    QComboBox* addChoice(QGridLayout* grid, const QString& caption, const char* name);
    void refreshFile();
    void refreshWarnings();
    void chooseTarget(int index);
    void chooseTask(int index);
    void enterMissing();

    ExperimentDocument& m_document;
    QComboBox* m_target = nullptr;
    QComboBox* m_task = nullptr;
    EditList* m_edits = nullptr;
    FindingList* m_findings = nullptr;
    QLabel* m_findingsHeading = nullptr;
    QComboBox* m_delimiter = nullptr;
    QComboBox* m_decimal = nullptr;
    QComboBox* m_encoding = nullptr;
    QComboBox* m_header = nullptr;
    QLineEdit* m_missing = nullptr;
    QToolButton* m_unfold = nullptr;
    QLabel* m_warnings = nullptr;
};

}  // namespace holdout

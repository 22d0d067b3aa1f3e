// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace holdout {

class ExperimentDocument;
class TableModel;
class TableOrder;

/// The line above the table that says which rows are shown: an expression as the edit "Filter rows" takes it, with what
/// is wrong with it below, and a button that makes the edit.
class FilterLine : public QWidget {
    Q_OBJECT
public:
    FilterLine(ExperimentDocument& document, TableModel& model, TableOrder& order, QWidget* parent = nullptr);

private:
    void apply();
    void refresh();
    void showProblem(const QString& problem);
    void keepOnlyThese();

    ExperimentDocument& m_document;
    TableModel& m_model;
    TableOrder& m_order;
    QLineEdit* m_line;
    QLabel* m_count;
    QPushButton* m_keep;
    QLabel* m_problem;
    QTimer m_typing;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QScrollArea;

namespace holdout {

class ChartCard;
class DataRelations;
class EmptyState;
class ExperimentDocument;

/// Which columns hang together, and which tell the target.
class AssociationTab : public QWidget {
    Q_OBJECT
public:
    AssociationTab(const DataRelations& relations, QWidget* parent = nullptr);

signals:
    void columnChosen(const QString& name);

private:
    void refresh();
    void setNothing(bool isNothing);

    const DataRelations& m_relations;
    QComboBox* m_measure;
    ChartCard *m_matrix, *m_target;
    QWidget* m_row;        ///< the measure and what it is of
    EmptyState* m_nothing;  ///< in place of all, where no two columns can be measured
};

/// How many cells are missing, and which are missing together.
class MissingTab : public QWidget {
    Q_OBJECT
public:
    explicit MissingTab(ExperimentDocument& document, QWidget* parent = nullptr);

signals:
    void columnChosen(const QString& name);

private:
    void refresh();

    ExperimentDocument& m_document;
    ChartCard *m_columns, *m_patterns, *m_together;
    EmptyState* m_nothing;  ///< in place of all, where no cell is missing
    QScrollArea* m_scroll;
    QWidget* m_content;     ///< scrolled where the window is low
};

/// How many rows each class of the target has, or how its values are spread.
class TargetTab : public QWidget {
    Q_OBJECT
public:
    TargetTab(ExperimentDocument& document, const DataRelations& relations, QWidget* parent = nullptr);

private:
    void refresh();

    ExperimentDocument& m_document;
    const DataRelations& m_relations;
    ChartCard* m_classes;
};

}  // namespace holdout

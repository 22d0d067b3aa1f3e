// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "document/experiment_document.h"

class QMenu;
class QPushButton;
class QVBoxLayout;

namespace holdout {

/// The search space: for every parameter its range, scale and steps, or its choices. Edits the document's specification.
class SpaceEditor : public QWidget {
    Q_OBJECT
public:
    SpaceEditor(ExperimentDocument& document, QWidget* parent);

private:
    void refresh();
    void fillMenu();
    void addRow(std::size_t index, const Dimension& dimension);
    /// "always", or only while another searched parameter has one of some values.
    void addCondition(std::size_t index, const Dimension& dimension, QVBoxLayout* column);
    void addRange(std::size_t index, const Dimension& dimension, QVBoxLayout* column);
    void change(std::size_t index, const std::function<void(Dimension&)>& change);

    ExperimentDocument& m_document;
    QVBoxLayout* m_column;
    QMenu* m_menu;
    SearchSpace m_shown;
    std::vector<QWidget*> m_rows;
};

}  // namespace holdout

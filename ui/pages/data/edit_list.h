// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <string>

class QMenu;
class QVBoxLayout;

namespace holdout {

class ExperimentDocument;

/// The edits of the table in order, each with a switch, up, down and remove; and a menu that adds one.
class EditList : public QWidget {
    Q_OBJECT
public:
    explicit EditList(ExperimentDocument& document, QWidget* parent = nullptr);

    /// Shows what the specification says now.
    void refresh();

    /// Asks for the parameters of edit `id` in a dialog, `column` being known, and adds it to the specification.
    static void ask(ExperimentDocument& document, const std::string& id, const std::string& column, QWidget* parent);
    /// Fills `menu` with the edits that act on `column`; all of them when it is empty.
    static void fillMenu(QMenu& menu, ExperimentDocument& document, const std::string& column, QWidget* parent);

private:
    QWidget* row(std::size_t index);
    void move(std::size_t index, int by);

    ExperimentDocument& m_document;
    QVBoxLayout* m_rows;
};

}  // namespace holdout

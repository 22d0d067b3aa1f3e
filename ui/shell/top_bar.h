// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QMenuBar;
class QPushButton;

namespace holdout {

/// The bar at the top: name, menus, the project, Undo and Run.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(QWidget* parent = nullptr);

    QMenuBar* menus() const { return m_menus; }
    void setProject(const QString& words);
    void setUndo(bool canUndo, const QString& what);
    void setRun(const QString& caption, bool isEnabled, const QString& why);

signals:
    void undoClicked();
    void runClicked();

private:
    QMenuBar* m_menus;
    QLabel* m_project;
    QPushButton* m_undo;
    QPushButton* m_run;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <map>

class QButtonGroup;
class QVBoxLayout;

namespace holdout {

class RailEntry;

/// The list of pages at the left, in the order in which a person thinks. The arrow keys walk through it.
class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);

    /// `heading`: shown above the entry when it differs from the entry before.
    void addPage(const QString& id, const QString& title, const QString& heading);
    /// What stands at the right of the entry, and whether its dot is filled.
    void setState(const QString& id, const QString& summary, bool isDone);
    void setCurrent(const QString& id);

signals:
    void chosen(const QString& id);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QVBoxLayout* m_layout;
    QButtonGroup* m_group;
    QString m_lastHeading;
    std::map<QString, RailEntry*> m_entries;
};

}  // namespace holdout

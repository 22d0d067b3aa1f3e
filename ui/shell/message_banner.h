// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>

class QVBoxLayout;

namespace holdout {

/// Problems above the page, each with its place and remedy, until the person dismisses it. Hidden while there is none.
class MessageBanner : public QFrame {
    Q_OBJECT
public:
    explicit MessageBanner(QWidget* parent = nullptr);

    /// A message that is shown already is not shown twice. `action`: caption of a button that calls `act` and dismisses.
    void show(const QString& problem, const QString& where, const QString& remedy, const QString& action = {},
              const std::function<void()>& act = {});
    /// Something that is no problem: it goes by itself after some seconds, or when it is dismissed.
    void tell(const QString& message);
    void clear();
    /// The texts that are shown, newest last.
    QStringList messages() const;

private:
    QFrame* addRow(const QString& text, const QString& action, const std::function<void()>& act);
    void remove(QWidget* row);
    QVBoxLayout* m_rows;
};

}  // namespace holdout

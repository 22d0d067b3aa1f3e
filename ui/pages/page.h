// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

#include "document/experiment_document.h"

namespace holdout {

/// One page of the rail: its body goes to the middle of the window, its settings to the right. A page has a
/// title, a line below it that says what is there now, and its buttons at the right of the title.
class Page : public QWidget {
    Q_OBJECT
public:
    Page(ExperimentDocument& document, QWidget* parent = nullptr) : QWidget(parent), m_document(document) {}

    /// "data", "prepare", …: also the object name, for tests.
    virtual QString id() const = 0;
    virtual QString title() const = 0;
    /// The short word at the right of the rail's entry ("1,309 × 5", "10-fold"); may be empty.
    virtual QString railSummary() const = 0;
    /// The panel at the right of the window, owned by the page; null when the page has none.
    virtual QWidget* settings() { return nullptr; }
    /// Whether the thing the page is about has been done (the rail's dot is filled).
    virtual bool isDone() const { return false; }

signals:
    /// The rail's summary or dot may have changed.
    void railChanged();
    /// The page asks the window to show another ("prepare").
    void goTo(const QString& pageId);

protected:
    ExperimentDocument& document() const { return m_document; }

    /// Has what has changed shown by `show`: at once while the page is seen, else when it is seen next. All pages hear of a
    /// change in one turn of the event loop, and to fill the form of one alone takes as long as a frame.
    void showWhenSeen(std::function<void()> show);
    void showEvent(QShowEvent* event) override;

private:
    ExperimentDocument& m_document;
    std::function<void()> m_waiting;
};

}  // namespace holdout

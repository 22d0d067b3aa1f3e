// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include "prepare/recipe.h"

class QCheckBox;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace holdout {

/// One step of the recipe as a card: number, name, parameters in brief, switch, up, down, remove.
/// By keyboard: Space selects, Alt with Up or Down moves, Delete removes.
class StepCard : public QFrame {
    Q_OBJECT
public:
    explicit StepCard(QWidget* parent);
    void show(int number, int count, const QString& title, const QString& summary, bool enabled, bool selected);

signals:
    void selected();
    void switched(bool on);
    void moved(int by);
    void removed();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QToolButton* button(const QString& text, const QString& name, const QString& tip);
    QLabel *m_number, *m_title, *m_summary;
    QCheckBox* m_switch;
    QToolButton *m_up, *m_down, *m_remove;
};

/// The steps in order. Tells what the person wants; changes nothing itself.
class StepList : public QWidget {
    Q_OBJECT
public:
    explicit StepList(const StepRegistry& registry, QWidget* parent);
    void setSteps(const std::vector<StepSpec>& steps, int selected);

signals:
    void selected(int step);
    void switched(int step, bool on);
    void moved(int from, int to);
    void removed(int step);

private:
    StepCard* addCard();
    const StepRegistry& m_registry;
    QVBoxLayout* m_column;
    std::vector<StepCard*> m_cards;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/page.h"

class QComboBox;
class QLabel;
class QTabBar;

namespace holdout {

class EvaluateTab;
class PageBody;

/// What the held-out rows say, a tab a question: scores with their intervals, curves, thresholds and their costs, how more
/// rows or another parameter would change the score, groups of rows, spoilt rows, and which rows every step saw.
class EvaluatePage : public Page {
    Q_OBJECT
public:
    explicit EvaluatePage(ExperimentDocument& document, QWidget* parent = nullptr);

    QString id() const override { return "evaluate"; }
    QString title() const override { return tr("Evaluate"); }
    QString railSummary() const override;
    QWidget* settings() override { return m_settings; }
    bool isDone() const override;

    /// Shows the tab of that id ("curves").
    void showTab(const QString& id);

private:
    void buildBody();
    void refresh();
    void refreshTab();
    void showEmpty(bool running);
    void showLive(const LiveSnapshot& live);
    void showInStack(QWidget* shown);
    void showLines(const Run& run);
    std::string chosenMetric() const;
    void fillMetrics(const std::vector<std::string>& metrics);
    EvaluateTab* currentTab() const;

    PageBody* m_body;
    QComboBox* m_metric = nullptr;
    QTabBar* m_tabBar = nullptr;
    QWidget* m_stack = nullptr;
    QLabel* m_refusal = nullptr;
    std::vector<EvaluateTab*> m_tabs;
    QWidget* m_settings;
    /// The run that each tab shows; null where it must be shown anew.
    std::map<EvaluateTab*, std::shared_ptr<const Run>> m_shown;
};

}  // namespace holdout

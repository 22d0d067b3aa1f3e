// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/evaluate/evaluate_tab.h"

class QLabel;

namespace holdout {

class ChartCard;
class TileStrip;

/// Every score with its interval and the method of it, the folds as dots (live while they come in), and where the model
/// errs.
class ScoresTab : public EvaluateTab {
    Q_OBJECT
public:
    ScoresTab(ExperimentDocument& document, QWidget* parent);

    QString id() const override { return "scores"; }
    QString title() const override { return tr("Scores"); }
    void showRun(const std::shared_ptr<const Run>& run) override;
    void showLive(const LiveSnapshot& live) override;

private:
    void showTiles(const Run& run);
    void showNested(const Run& run);
    void showWarnings(const Warnings& warnings);

    TileStrip* m_tiles;
    QLabel *m_method, *m_warnings, *m_nested;
    ChartCard *m_folds, *m_left, *m_right;
};

}  // namespace holdout

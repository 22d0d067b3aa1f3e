// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "document/experiment_document.h"

namespace holdout {

/// One tab of the Evaluate page. The page tells it of the run that is shown; a tab that needs fits of its own has a
/// button that starts them as a job.
class EvaluateTab : public QWidget {
    Q_OBJECT
public:
    EvaluateTab(ExperimentDocument& document, QWidget* parent) : QWidget(parent), m_document(document) {}

    virtual QString id() const = 0;
    virtual QString title() const = 0;
    /// Whether runs of this kind have anything to do with the tab; else it is not offered.
    virtual bool isFor(const Run& run) const {
        (void)run;
        return true;
    }
    /// Why there is nothing to see for this run; empty when there is.
    virtual QString refusal(const Run& run) const {
        (void)run;
        return {};
    }
    /// Another run, or the same one anew. The run outlives the call.
    virtual void showRun(const std::shared_ptr<const Run>& run) = 0;
    /// While folds are still coming in; `metric` is the page's.
    virtual void showLive(const LiveSnapshot& live) { (void)live; }
    /// The page's score has changed.
    virtual void setMetric(const std::string& metric) { m_metric = metric; }

protected:
    ExperimentDocument& document() const { return m_document; }
    const std::string& metric() const { return m_metric; }

private:
    ExperimentDocument& m_document;
    std::string m_metric;
};

}  // namespace holdout

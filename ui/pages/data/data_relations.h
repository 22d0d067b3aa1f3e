// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "data/relations.h"
#include "document/experiment_document.h"
#include "insight/chart.h"

namespace holdout {

/// How the columns of the document's table hang together and what they tell of the target: computed in the background
/// whenever table or target have changed.
class DataRelations : public QObject {
    Q_OBJECT
public:
    struct Result {
        Relations relations;
        BarChart classes;   ///< of the target; empty for regression
    };

    explicit DataRelations(ExperimentDocument& document, QObject* parent = nullptr);
    ~DataRelations() override;

    /// Null until it is known for the table and target that are there now.
    std::shared_ptr<const Result> result() const { return m_result; }
    /// What it found: columns that give the target away, classes that are rare.
    std::vector<Finding> findings() const { return m_result ? m_result->relations.findings : std::vector<Finding>(); }

signals:
    void changed();

private:
    void refresh();
    void compute();

    ExperimentDocument& m_document;
    std::shared_ptr<const ReadResult> m_data;   ///< what `m_result` is of, or will be
    std::string m_target;
    std::optional<Task> m_task;
    std::shared_ptr<const Result> m_result;
    JobId m_job = 0;
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <optional>

#include "data/row_order.h"
#include "jobs/job_queue.h"

namespace holdout {

class TableModel;

/// Which rows a TableModel shows, and in which order: those where an expression holds, by the cells of a column. A view,
/// no edit. It is found in the background; until then the view stays as it is.
class TableOrder : public QObject {
    Q_OBJECT
public:
    struct Sorting {
        std::string column;
        SortOrder order = SortOrder::Ascending;

        bool operator==(const Sorting&) const = default;
    };

    TableOrder(JobQueue& jobs, TableModel& model, QObject* parent = nullptr);
    ~TableOrder() override;

    /// Empty: all rows. Returns what is wrong with the expression, and leaves the view as it is then.
    QString setFilter(const QString& where);
    /// None: the order of the file.
    void setSorting(const std::optional<Sorting>& sorting);
    /// Ascending, then descending, then the order of the file.
    void cycleSorting(const std::string& column);
    /// The model shows another table: the same rows and order as before where its columns allow it.
    void tableChanged();

    /// The expression that is in force.
    const QString& filter() const { return m_filter; }
    const std::optional<Sorting>& sorting() const { return m_sorting; }
    bool isBusy() const { return m_job != 0; }

signals:
    /// The model shows what was asked for, or something else has been asked for.
    void changed();
    void failed(const QString& problem);

private:
    void find();

    JobQueue& m_jobs;
    TableModel& m_model;
    QString m_filter;
    std::optional<Sorting> m_sorting;
    JobId m_job = 0;
};

}  // namespace holdout

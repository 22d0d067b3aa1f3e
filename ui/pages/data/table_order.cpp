// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/table_order.h"

#include <QPointer>
#include <numeric>

#include "data/expression/expression.h"
#include "items/table_model.h"

namespace holdout {

namespace {

/// Throws Error when it cannot say of a row whether it is shown.
Expression condition(const QString& where, const Table& table) {
    Expression expression(where.toStdString(), table, "where");
    if (expression.kind() != ValueKind::Truth)
        throw Error("The expression gives " + std::string(valueKindName(expression.kind())) + ", not true or false.", {},
                    "Compare it with something: age < 18.");
    return expression;
}

RowIds allRows(const Table& table) {
    RowIds rows(table.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

/// The problem and what to do, without the name of the parameter: there is but one field.
QString words(const Error& error) {
    QString text = QString::fromStdString(error.problem());
    if (!error.remedy().empty()) text += ' ' + QString::fromStdString(error.remedy());
    return text;
}

}  // namespace

TableOrder::TableOrder(JobQueue& jobs, TableModel& model, QObject* parent) : QObject(parent), m_jobs(jobs), m_model(model) {}

TableOrder::~TableOrder() {
    if (m_job) m_jobs.cancel(m_job);
}

QString TableOrder::setFilter(const QString& where) {
    const QString trimmed = where.trimmed();
    if (trimmed == m_filter) return {};
    try {
        if (!trimmed.isEmpty()) condition(trimmed, m_model.table());
    } catch (const Error& error) {
        return words(error);
    }
    m_filter = trimmed;
    find();
    return {};
}

void TableOrder::setSorting(const std::optional<Sorting>& sorting) {
    if (sorting == m_sorting) return;
    m_sorting = sorting;
    find();
}

void TableOrder::cycleSorting(const std::string& column) {
    const auto index = m_model.table().indexOf(column);
    if (!index || !isSortable(m_model.table().column(*index).type())) return;
    if (!m_sorting || m_sorting->column != column) return setSorting(Sorting{column, SortOrder::Ascending});
    if (m_sorting->order == SortOrder::Ascending) return setSorting(Sorting{column, SortOrder::Descending});
    setSorting(std::nullopt);
}

void TableOrder::tableChanged() {
    if (m_sorting && !m_model.table().indexOf(m_sorting->column)) m_sorting.reset();
    try {
        if (!m_filter.isEmpty()) condition(m_filter, m_model.table());
    } catch (const Error&) {
        m_filter.clear();
    }
    find();
}

void TableOrder::find() {
    if (m_job) m_jobs.cancel(std::exchange(m_job, 0));
    if (m_filter.isEmpty() && !m_sorting) {
        m_model.setOrder(nullptr);
        emit changed();
        return;
    }
    const auto found = std::make_shared<std::shared_ptr<const RowIds>>();
    const auto job = std::make_shared<JobId>(0);
    JobQueue::Request request;
    request.title = m_sorting ? tr("Sorting the view") : tr("Filtering the view");
    request.lane = JobLane::Aside;
    request.work = [found, table = m_model.table(), where = m_filter, sorting = m_sorting](JobContext& context) {
        RowIds rows = where.isEmpty() ? allRows(table) : condition(where, table).rowsWhereTrue(context);
        if (sorting) rows = sortedRows(table.column(requireColumn(table, sorting->column, "sort")), std::move(rows), sorting->order, context);
        *found = std::make_shared<const RowIds>(std::move(rows));
    };
    const QPointer<TableOrder> self(this);
    request.done = [self, found, job] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->m_model.setOrder(*found);
        emit self->changed();
    };
    request.failed = [self, job](const Error& error) {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        emit self->failed(words(error));
        emit self->changed();
    };
    request.cancelled = [self, job] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        emit self->changed();
    };
    m_job = *job = m_jobs.submit(std::move(request));
    emit changed();
}

}  // namespace holdout

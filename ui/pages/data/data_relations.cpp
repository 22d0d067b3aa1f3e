// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/data_relations.h"

#include <QPointer>

#include "insight/data_charts.h"

namespace holdout {

DataRelations::DataRelations(ExperimentDocument& document, QObject* parent) : QObject(parent), m_document(document) {
    connect(&document, &ExperimentDocument::dataChanged, this, &DataRelations::refresh);
    connect(&document, &ExperimentDocument::specChanged, this, &DataRelations::refresh);
    refresh();
}

DataRelations::~DataRelations() {
    if (m_job) m_document.jobs().cancel(m_job);
}

void DataRelations::refresh() {
    const auto data = m_document.data();
    const std::string& wanted = m_document.spec().data.roles.target;
    const std::string target = data && data->table.indexOf(wanted) ? wanted : std::string();
    const std::optional<Task> task = m_document.task();
    if (data == m_data && target == m_target && task == m_task) return;
    m_data = data;
    m_target = target;
    m_task = task;
    m_result.reset();
    if (m_job) m_document.jobs().cancel(std::exchange(m_job, 0));
    emit changed();
    if (m_data && m_data->table.rows() > 0) compute();
}

void DataRelations::compute() {
    const auto result = std::make_shared<Result>();
    const auto job = std::make_shared<JobId>(0);
    JobQueue::Request request;
    request.title = tr("Relating columns");
    request.lane = JobLane::Background;
    request.work = [result, data = m_data, target = m_target, task = m_task](JobContext& context) {
        result->relations = relate(data->table, target, task, context);
        if (!target.empty() && task == Task::Classification)
            result->classes = classChart(data->table.column(requireColumn(data->table, target, "target")));
    };
    const QPointer<DataRelations> self(this);
    request.done = [self, result, job] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        self->m_result = result;
        emit self->changed();
    };
    request.failed = [self, job](const Error&) {
        if (self && self->m_job == *job) self->m_job = 0;  // what is wrong with the target is said where a run is asked for
    };
    m_job = *job = m_document.jobs().submit(std::move(request));
}

}  // namespace holdout

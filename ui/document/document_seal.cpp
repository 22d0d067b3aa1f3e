// SPDX-License-Identifier: GPL-3.0-or-later
// The sealed test set: opening it, and keeping count.
#include <QPointer>
#include <algorithm>

#include "document/experiment_document.h"
#include "experiment/sealed_score.h"

namespace holdout {

namespace {

struct OpenWork {
    std::shared_ptr<Project> project;
    std::shared_ptr<const Run> run;
    std::shared_ptr<const ReadResult> data;
    std::shared_ptr<const Run> result;
};

/// Counted and dated in the project before anyone sees what the rows say.
void performOpening(OpenWork& work, const Catalog& catalog, JobContext& context) {
    context.throwIfStopped();
    const std::string opened = timeNow();
    const std::int64_t opening = work.project->recordOpening(work.run->id, opened);
    Run run = *work.run;
    run.sealed = scoreSealed(run, *work.data->sealed, catalog);
    run.sealed->opening = opening;
    run.sealed->opened = opened;
    work.project->finishRun(run.id, run);
    work.result = std::make_shared<const Run>(std::move(run));
}

}  // namespace

std::vector<Opening> ExperimentDocument::openings() const {
    return m_project ? m_project->openings() : std::vector<Opening>();
}

void ExperimentDocument::openSealed(std::int64_t id) {
    if (m_sealJob) return;
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [id](const auto& run) { return run->id == id; });
    if (found == m_runs.end()) return;
    if (!m_data || !m_data->sealed || !m_spec.data.sealed)
        return report(Error("No rows are sealed.", {}, "Seal a share of the rows on the Data page before the first run."));
    const DataSpec &then = (*found)->spec.data, &now = m_spec.data;
    const std::string sha256 = m_data->sha256.ifKnown().value_or(std::string());  // rows were sealed by it
    const bool areSame = (*found)->data.sha256 == sha256 && then.sealed == now.sealed && then.edits == now.edits &&
                         (!now.sealed->stratify || then.roles.target == now.roles.target);
    if (!areSame)
        return report(Error("The rows that are sealed now are not those that were sealed when this run was made.", {},
                            "Run it again, so that it has seen none of them."));
    auto work = std::make_shared<OpenWork>(OpenWork{m_project, *found, m_data, nullptr});
    JobQueue::Request request;
    request.title = tr("Opening the seal");
    request.work = [work, &catalog = m_catalog](JobContext& context) { performOpening(*work, catalog, context); };
    const auto job = std::make_shared<JobId>(0);
    const auto ended = [this, job] {
        if (m_sealJob == *job) m_sealJob = 0;
        emit openingsChanged();
    };
    request.done = whileAlive([this, work, ended] {
        ended();
        if (work->project != m_project) return;
        for (auto& run : m_runs)
            if (run->id == work->result->id) run = work->result;
        emit runsChanged();
        emit currentRunChanged();
        emit sealOpened(work->result->id);
    });
    request.failed = [self = QPointer<ExperimentDocument>(this), ended](const Error& error) {
        if (!self) return;
        ended();
        self->report(error);
    };
    request.cancelled = whileAlive(ended);
    m_sealJob = *job = m_jobs.submit(std::move(request));
    emit openingsChanged();
}

/// Whoever changes or removes the seal once a run has been made can look at what was sealed from it: that counts.
void ExperimentDocument::noteBrokenSeal(const DataSpec& after) {
    const bool isBroken = m_project && !m_runs.empty() && m_data && m_data->sealed && after.sealed != m_spec.data.sealed;
    if (!isBroken) return;
    guard([this] { m_project->recordOpening(0, timeNow()); });
    emit openingsChanged();
}

}  // namespace holdout

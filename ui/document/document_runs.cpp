// SPDX-License-Identifier: GPL-3.0-or-later
// Running the experiment: what the job does, and how its answer comes home.
#include <QPointer>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "document/experiment_document.h"

namespace holdout {

namespace {

/// Tells the project and the window, the project first: what is shown is safe already.
class BothObservers final : public RunObserver {
public:
    /// `known`: trials that are not computed again. They are told of first, so that they too are kept and shown.
    BothObservers(RunObserver& first, RunObserver& second, const std::vector<Trial>& known)
        : m_first(first), m_second(second), m_known(known) {}
    void started(const Run& run, std::size_t folds, std::size_t trials) override {
        m_first.started(run, folds, trials);
        m_second.started(run, folds, trials);
        for (const Trial& trial : m_known) trialFinished(trial);
    }
    void identified(const DataRecord& data) override {
        m_first.identified(data);
        m_second.identified(data);
    }
    void endedByHand(const Run& run) override {
        m_first.endedByHand(run);
        m_second.endedByHand(run);
    }
    void trialFinished(const Trial& trial) override {
        m_first.trialFinished(trial);
        m_second.trialFinished(trial);
    }
    void foldFinished(const FoldResult& fold) override {
        m_first.foldFinished(fold);
        m_second.foldFinished(fold);
    }
    Checkpoints* checkpoints() override { return m_first.checkpoints(); }

private:
    RunObserver& m_first;
    RunObserver& m_second;
    const std::vector<Trial>& m_known;
};

/// The `running` flag falls however the work ends.
class LiveScope {
public:
    LiveScope(LiveRun& live, const ExperimentSpec& spec) : m_live(live) { m_live.begin(spec); }
    ~LiveScope() { m_live.end(); }

private:
    LiveRun& m_live;
};

struct RunWork {
    std::shared_ptr<Project> project;
    std::shared_ptr<const ReadResult> data;
    std::shared_ptr<LiveRun> live;
    ExperimentSpec spec;
    std::int64_t resumed = 0;
    std::vector<Trial> known;   ///< of the study that this one goes on from
    std::shared_ptr<const Run> result;
};

void performRun(RunWork& work, const Catalog& catalog, const SearchRegistry& searches, JobContext& context) {
    const LiveScope scope(*work.live, work.spec);
    ProjectRecorder recorder(*work.project, work.resumed);
    const auto close = [&](RunState state, const std::string& error) {
        if (recorder.runId() != 0) work.project->endRun(recorder.runId(), state, error);
    };
    try {
        const Finished finished = work.resumed ? work.project->finishedParts(work.resumed) : Finished{work.known, {}};
        BothObservers observer(recorder, *work.live, finished.trials);
        Run run = runExperiment(work.spec, *work.data, catalog, searches, finished, context, observer);
        work.project->finishRun(recorder.runId(), run);
        run.id = recorder.runId();
        work.result = std::make_shared<const Run>(std::move(run));
    } catch (const Cancelled&) {
        close(RunState::Cancelled, {});
        throw;
    } catch (const std::exception& error) {
        close(RunState::Failed, error.what());
        throw;
    }
}

}  // namespace

void ExperimentDocument::run(RunKind kind) {
    ExperimentSpec spec = m_spec;
    if (kind == RunKind::Evaluate) spec.tune.reset();
    if (kind == RunKind::Tune && !spec.tune) {
        report(Error("There is nothing to tune yet.", {}, "Choose at least one parameter to search on the Tune page."));
        return;
    }
    submitRun(spec, 0);
}

void ExperimentDocument::resume(std::int64_t runId) {
    if (!m_project) return;
    guard([&] { submitRun(specFromJson(m_project->runSpecification(runId), m_catalog, m_searches), runId); });
}

/// "Run 3 · Logistic regression (tuned)": the number first, which is what is left where space is short.
QString ExperimentDocument::runName(std::size_t number, const ExperimentSpec& spec) const {
    const QString model = QString::fromUtf8(m_catalog.models.require(spec.pipeline.model.id).label.data());
    return (spec.tune ? tr("Run %1 · %2 (tuned)") : tr("Run %1 · %2")).arg(number).arg(model);
}

void ExperimentDocument::runFrom(const Continuation& study) { submitRun(study.spec, 0, study.known); }

void ExperimentDocument::submitRun(const ExperimentSpec& spec, std::int64_t resumed, std::vector<Trial> known) {
    if (!m_data || !m_project) {
        report(Error("There are no data to run on.", {}, "Open a file or a sample first."));
        return;
    }
    if (m_autosave.isActive()) writeNow();
    auto work =
        std::make_shared<RunWork>(RunWork{m_project, m_data, std::make_shared<LiveRun>(), spec, resumed, std::move(known), nullptr});
    const std::size_t number = m_runs.size() + m_pending.size() + 1;
    if (work->spec.name.empty()) work->spec.name = runName(number, spec).toStdString();

    JobQueue::Request request;
    request.title = (spec.tune ? tr("Tuning: %1") : tr("Evaluating: %1")).arg(QString::fromStdString(work->spec.name));
    // A tuning is cancelled instead: its trials are kept, and the run can be resumed.
    request.canFinishEarly = !spec.tune && m_catalog.models.require(spec.pipeline.model.id).can.trace;
    request.seed = Seed(spec.seed);
    request.traceTo = work->live.get();
    request.work = [work, &catalog = m_catalog, &searches = m_searches](JobContext& context) {
        performRun(*work, catalog, searches, context);
    };
    const auto job = std::make_shared<JobId>(0);
    request.done = whileAlive([this, work, job] {
        runEnded(*job);
        addRun(work->project, work->result);
    });
    request.failed = [self = QPointer<ExperimentDocument>(this), job](const Error& error) {
        if (!self) return;
        self->runEnded(*job);
        self->report(error);
    };
    request.cancelled = whileAlive([this, job] { runEnded(*job); });
    *job = m_jobs.submit(std::move(request));
    m_pending.push_back({*job, work->live});
    m_poll.start();
    emit liveChanged();
}

void ExperimentDocument::runEnded(JobId job) {
    pollLive();
    std::erase_if(m_pending, [job](const PendingRun& run) { return run.job == job; });
    if (m_pending.empty()) m_poll.stop();
    emit liveChanged();
    emit runsChanged();
}

/// A run of a project that is no longer shown is in its file, and stays there.
void ExperimentDocument::addRun(const std::shared_ptr<Project>& project, std::shared_ptr<const Run> run) {
    if (project != m_project) return;
    m_currentRun = run->id;
    std::erase_if(m_runs, [&](const auto& other) { return other->id == run->id; });
    m_runs.push_back(std::move(run));
    emit runsChanged();
    emit currentRunChanged();
}

void ExperimentDocument::pollLive() {
    if (m_pending.empty()) return;
    const LiveRun& running = *m_pending.front().live;
    // Versions count within one run: another run's snapshot always is news.
    const bool isSameRun = m_liveJob == m_pending.front().job;
    const auto snapshot = running.snapshotSince(isSameRun ? m_live->version : 0);
    if (!snapshot) return;
    m_live = snapshot;
    m_liveJob = m_pending.front().job;
    emit liveChanged();
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/runner.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>

#include "base/digest.h"
#include "base/parallel.h"
#include "evaluate/bootstrap_estimates.h"
#include "experiment/model_files.h"
#include "model/schedule_length.h"

namespace holdout {
namespace {

using Clock = std::chrono::steady_clock;

/// A part of the whole: its fractions fill `low` to `high` of the parent's, and never go back.
class PartProgress final : public Progress {
public:
    PartProgress(Progress& parent, double low, double high, std::string words = {})
        : m_parent(parent), m_low(low), m_high(high), m_words(std::move(words)), m_reached(low) {}

    void report(double fraction, std::string_view what) override {
        const double here = m_low + std::clamp(fraction, 0.0, 1.0) * (m_high - m_low);
        double reached = m_reached.load();
        while (here > reached && !m_reached.compare_exchange_weak(reached, here)) {}
        m_parent.report(std::max(here, reached), m_words.empty() ? what : std::string_view(m_words));
    }
    void trace(const TracePoint& point) override { m_parent.trace(point); }

private:
    Progress& m_parent;
    const double m_low, m_high;
    const std::string m_words;
    std::atomic<double> m_reached;
};

/// Of the rows that were read. The file is named in what is wrong with them.
Dataset datasetOf(const Table& table, const DataSpec& data, const Roles& roles) {
    try {
        return makeDataset(table, roles, data.task);
    } catch (const Error& error) {
        Place place = error.place();
        if (place.file.empty()) place.file = data.source;
        throw Error(error.problem(), place, error.remedy());
    }
}

/// How the fraction of the whole is shared out, counted in fits.
struct Shares {
    /// `nested`: how often the whole search is repeated for its nested estimate.
    Shares(std::size_t trials, std::size_t folds, std::size_t nested) {
        const double search = static_cast<double>(trials * folds), searches = search * static_cast<double>(nested + 1);
        const double all = searches + static_cast<double>(folds) + 1;
        searched = search / all;
        tuned = searches / all;
        trained = (searches + 1) / all;
    }
    double searched, tuned, trained;
};

/// One experiment on its way: each function fills its part of the run.
class Running {
public:
    Running(const ExperimentSpec& spec, const ReadResult& read, const Catalog& catalog, const SearchRegistry& searches,
            const Finished& finished, JobContext& context, RunObserver& observer)
        : m_catalog(withModelFiles(catalog)), m_searches(searches), m_finished(finished), m_context(context), m_observer(observer),
          m_fileFingerprint(read.sha256), m_data(datasetOf(read.table, spec.data, effectiveRoles(spec, catalog))) {
        m_context.seed = Seed{spec.seed};
        m_run.spec = spec;
        m_run.started = timeNow();
        m_run.version = HOLDOUT_VERSION;
        m_run.threads = availableThreads();
        m_run.data = recordOf(read, spec.data.source);
        m_run.task = m_data.target.task;
        m_run.truth = m_data.target;
        m_run.truthRows = m_data.rows;
        m_run.finalPipeline = spec.pipeline;
        add(read.warnings);
        add(m_data.warnings);
        checkPipeline();
    }

    Run run() {
        const auto start = Clock::now();
        Warnings warnings;
        const Seed seed = m_context.seed;
        m_folds = makeFolds(m_run.spec.validate, m_catalog.splits, m_data, seed.derive("split"), warnings);
        add(warnings);
        const std::size_t trials = trialCount();
        const std::int64_t nested = m_run.spec.tune ? m_run.spec.tune->nested.value_or(0) : 0;
        const Shares shares(trials, m_folds.size(), static_cast<std::size_t>(nested));
        m_observer.started(m_run, m_folds.size(), trials);
        const std::jthread identifying = identifyBeside();
        if (m_run.spec.tune) tune(shares);
        if (nested > 0) nest(shares);
        fitFinal(shares);
        evaluate(shares);
        identify();
        m_run.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        m_context.progress.report(1, "finished");
        return std::move(m_run);
    }

private:
    /// The record of the data is completed as soon as it can be, for what a crash leaves.
    std::jthread identifyBeside() {
        if (m_fileFingerprint.ifKnown()) return {};
        return computeBeside(m_fileFingerprint, [this, record = m_run.data](const std::string& sha256) mutable {
            record.sha256 = sha256;
            m_observer.identified(record);
        });
    }

    void identify() {
        try {
            m_run.data.sha256 = m_fileFingerprint.value(m_context.stop);
        } catch (const Error& error) {
            addOnce(m_run.warnings, {error.problem(), error.place()});
        }
    }

    void checkPipeline() {
        const ModelInfo& model = m_catalog.models.require(m_run.spec.pipeline.model.id);
        if (const std::string refusal = model.refusal(m_run.task, m_data.weights.size() > 0); !refusal.empty())
            throw Error(refusal, {.parameter = "model"});
        m_metrics = m_run.spec.metrics.empty() ? m_catalog.metrics.defaults(m_run.task) : m_run.spec.metrics;
        for (const std::string& id : m_metrics) checkMetric(id, "metrics");
        if (!startReference(m_run.spec.pipeline.model, m_catalog).empty())
            addOnce(m_run.warnings, {"The scores take it that the model to start from has never seen these rows: where it was "
                                     "trained on some of them, they are too good.",
                                     {.parameter = std::string(startParameter)}});
        if (m_run.spec.tune && !m_run.spec.tune->metric.empty()) checkMetric(m_run.spec.tune->metric, "tune.metric");
    }

    void checkMetric(const std::string& id, const std::string& parameter) const {
        const MetricInfo& metric = m_catalog.metrics.require(id);
        if (metric.task == m_run.task) return;
        std::string fitting;
        for (const std::string& other : m_catalog.metrics.defaults(m_run.task)) fitting += (fitting.empty() ? "" : ", ") + other;
        throw Error("The metric " + id + " is for " + std::string(taskName(metric.task)) + ", but the task is " +
                        std::string(taskName(m_run.task)) + ".",
                    {.parameter = parameter}, "Take " + fitting + ", or set the task.");
    }

    /// Checks the search's parameters on the way, before anything is fitted.
    std::size_t trialCount() const {
        if (!m_run.spec.tune) return 0;
        return plannedTrials(m_run.spec.pipeline, *m_run.spec.tune, m_folds.front().train.size(), m_catalog, m_searches);
    }

    void tune(const Shares& shares) {
        PartProgress progress(m_context.progress, 0, shares.searched);
        JobContext context = m_context.reporting(progress).derive("tune");
        m_run.study = runStudy(m_data, m_run.spec.pipeline, *m_run.spec.tune, m_folds, m_metrics, m_catalog, m_searches,
                               m_finished.trials, context, [this](const Trial& trial) { m_observer.trialFinished(trial); });
        const std::vector<Trial>& trials = m_run.study->trials;
        m_run.finalPipeline = withParams(m_run.spec.pipeline, trials[m_run.study->best.value()].params, m_catalog);
        const auto failed = std::find_if(trials.begin(), trials.end(), [](const Trial& t) { return t.state == TrialState::Failed; });
        if (failed == trials.end()) return;
        const auto count = std::count_if(trials.begin(), trials.end(), [](const Trial& t) { return t.state == TrialState::Failed; });
        addOnce(m_run.warnings, {std::to_string(count) + " of " + std::to_string(trials.size()) +
                                     " trials failed. The first says: " + failed->error,
                                 {.parameter = "tune"}});
    }

    void nest(const Shares& shares) {
        PartProgress progress(m_context.progress, shares.searched, shares.tuned);
        JobContext context = m_context.reporting(progress).derive("nested");
        m_run.nested = runNested(m_data, m_run.spec.pipeline, *m_run.spec.tune, m_run.spec.validate, m_metrics, m_catalog,
                                 m_searches, context);
    }

    /// The known result of a fold, if it is of the same rows. A fold depends on its own seed alone, so that those that
    /// are known need not be computed again for the others to have the same bits.
    const FoldResult* known(const Fold& fold) const {
        for (const FoldResult& result : m_finished.folds) {
            if (result.repeat != fold.repeat || result.index != fold.index || result.testRows.size() != fold.test.size()) continue;
            bool isSame = true;
            for (std::size_t i = 0; i < fold.test.size(); ++i) isSame = isSame && result.testRows[i] == m_data.rows[fold.test[i]];
            if (isSame) return &result;
        }
        return nullptr;
    }

    /// The model on all rows comes first: its losses are watched live, and a person who ends it early decides thereby how
    /// long the folds are trained too.
    void fitFinal(const Shares& shares) {
        PartProgress progress(m_context.progress, shares.tuned, shares.trained, "training on all rows");
        progress.report(0, "");
        JobContext context = m_context.reporting(progress).derive("model");
        context.checkpoints = m_observer.checkpoints();
        m_run.model = fitPipeline(m_data, m_run.finalPipeline, m_catalog, context);
        add(m_run.model->model().warnings());
        if (m_context.shouldFinish()) keepEpochs(static_cast<std::int64_t>(m_run.model->model().trace().size()));
    }

    /// Writes the epochs after which a person ended the training into the specification: so the folds are trained alike,
    /// and running it again gives the same bits.
    void keepEpochs(std::int64_t epochs) {
        const ModelInfo& info = m_catalog.models.require(m_run.finalPipeline.model.id);
        const std::string_view parameter = findSpec(info.params, epochParameter) ? epochParameter : roundParameter;
        if (epochs == 0 || !findSpec(info.params, parameter)) return;
        for (ModelSpec* model : {&m_run.finalPipeline.model, &m_run.spec.pipeline.model}) {
            keepScheduleLength(info, *model);
            model->params.set(parameter, epochs);
        }
        addOnce(m_run.warnings, {"Training was ended by hand after " + std::to_string(epochs) +
                                     " epochs; the folds were trained as long.",
                                 {.parameter = std::string(parameter)}});
        m_observer.endedByHand(m_run);
    }

    void evaluate(const Shares& shares) {
        std::vector<Fold> open;
        for (const Fold& fold : m_folds)
            if (!known(fold)) open.push_back(fold);
        PartProgress progress(m_context.progress, shares.trained, 1);
        JobContext context = m_context.reporting(progress).derive("evaluate");
        std::vector<FoldResult> computed;
        if (!open.empty())
            computed = evaluateFolds(m_data, m_run.finalPipeline, open, m_metrics, m_catalog, context,
                                     [this](const FoldResult& fold) { m_observer.foldFinished(fold); });
        std::size_t next = 0;
        for (const Fold& fold : m_folds) {
            const FoldResult* before = known(fold);
            m_run.evaluation.folds.push_back(before ? *before : std::move(computed[next++]));
            add(m_run.evaluation.folds.back().warnings);
        }
        m_run.evaluation.scores =
            summarise(m_data, m_run.evaluation.folds, m_metrics, m_catalog.metrics, m_context.seed.derive("interval"));
        const BootstrapEstimate estimate = bootstrapEstimate(m_run.spec.validate, m_catalog.splits);
        if (estimate == BootstrapEstimate::OutOfBag) return;
        StepNotes notes;
        applyBootstrapEstimate(estimate, m_data, m_run.model->predict(m_data.features, notes), m_catalog.metrics,
                               m_run.evaluation.scores);
    }

    void add(const Warnings& warnings) {
        for (const Warning& warning : warnings) addOnce(m_run.warnings, warning);
    }

    const Catalog m_catalog;
    const SearchRegistry& m_searches;
    const Finished& m_finished;
    JobContext m_context;
    RunObserver& m_observer;
    FileFingerprint m_fileFingerprint;
    Dataset m_data;
    std::vector<Fold> m_folds;
    std::vector<std::string> m_metrics;
    Run m_run;
};

}  // namespace

std::string timeNow() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

ReadResult readData(const DataSpec& data, const EditRegistry& edits, const std::filesystem::path& base, JobContext& context) {
    if (data.source.empty())
        throw Error("The specification names no file of data.", {.parameter = "data.source"}, "Set source, or give --data FILE.");
    const std::filesystem::path source(data.source);
    return shapeData(readTable(source.is_absolute() ? source : base / source, data.readOptions(), context), data, edits, context);
}

DataRecord recordOf(const ReadResult& read, const std::string& source) {
    const std::vector<ColumnPtr>& columns = read.table.columns();
    DataRecord record{source, read.sha256.ifKnown().value_or(std::string()), {}, std::vector<ColumnRecord>(columns.size()),
                      static_cast<std::int64_t>(read.table.rows()), static_cast<std::int64_t>(columns.size())};
    parallelFor(columns.size(), [&](std::size_t i) { record.byColumn[i] = {columns[i]->name(), fingerprint(Table({columns[i]}))}; });
    Digest digest;
    for (const ColumnRecord& column : record.byColumn) digest.add(column.fingerprint);
    record.fingerprint = digest.hex();
    return record;
}

Run runExperiment(const ExperimentSpec& spec, const ReadResult& read, const Catalog& catalog, const SearchRegistry& searches,
                  const Finished& finished, JobContext& context, RunObserver& observer) {
    if (spec.data.roles.target.empty())
        throw Error("The specification names no target.", {.parameter = "data.target"}, "Name the column to predict.");
    return Running(spec, read, catalog, searches, finished, context, observer).run();
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/experiment_document.h"

#include <QPointer>
#include <QUndoCommand>
#include <nlohmann/json.hpp>
#include <utility>

#include "data/memory_need.h"
#include "data/table_writer.h"
#include "document/project_files.h"

namespace holdout {

namespace fs = std::filesystem;

/// One edit of the specification: the value before and the value after.
class ExperimentDocument::SpecEdit final : public QUndoCommand {
public:
    SpecEdit(ExperimentDocument& document, const QString& what, ExperimentSpec before, ExperimentSpec after,
             QString mergeKey)
        : QUndoCommand(what),
          m_document(document),
          m_before(std::move(before)),
          m_after(std::move(after)),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { m_document.setSpec(m_before); }
    void redo() override { m_document.setSpec(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const SpecEdit*>(other);
        if (next->m_mergeKey != m_mergeKey) return false;
        m_after = next->m_after;
        return true;
    }

private:
    ExperimentDocument& m_document;
    ExperimentSpec m_before, m_after;
    QString m_mergeKey;
};

namespace {

/// Whether both give the same table from the same file. The target matters where sealed rows keep its classes' shares.
bool givesTheSame(DataSpec a, const DataSpec& b) {
    if (!a.sealed || a.roles.target == b.roles.target) a.roles = b.roles;
    a.task = b.task;
    return a == b;
}

/// Whether both read the same from the file, before any edit.
bool readsTheSame(DataSpec a, const DataSpec& b) {
    a.roles = b.roles;
    a.task = b.task;
    a.edits = b.edits;
    a.sealed = b.sealed;
    return a == b;
}

}  // namespace

ExperimentDocument::ExperimentDocument(const Catalog& catalog, const SearchRegistry& searches, JobQueue& jobs,
                                       QObject* parent)
    : QObject(parent),
      m_catalog(catalog),
      m_searches(searches),
      m_jobs(jobs),
      m_live(std::make_shared<const LiveSnapshot>()) {
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(500);
    connect(&m_autosave, &QTimer::timeout, this, &ExperimentDocument::writeNow);
    m_reread.setSingleShot(true);
    m_reread.setInterval(0);
    connect(&m_reread, &QTimer::timeout, this, &ExperimentDocument::readAgain);
    connect(&m_jobs, &JobQueue::ended, this, [this](JobId job) {
        if (job == m_readJob) m_readJob = 0;  // also when the person cancelled it
    });
    m_poll.setInterval(33);
    connect(&m_poll, &QTimer::timeout, this, &ExperimentDocument::pollLive);
}

ExperimentDocument::~ExperimentDocument() {
    if (m_autosave.isActive()) writeNow();
    if (!isEmptyUnnamed()) return;
    const fs::path path = m_project->path();
    m_project.reset();
    removeProject(path);
}

void ExperimentDocument::report(const Error& error) {
    emit failed(QString::fromStdString(error.problem()), QString::fromStdString(error.place().text()),
                QString::fromStdString(error.remedy()));
}

std::function<void()> ExperimentDocument::whileAlive(std::function<void()> work) {
    return [self = QPointer<ExperimentDocument>(this), work = std::move(work)] {
        if (self) work();
    };
}

void ExperimentDocument::read(const QString& title, JobQueue::Work work, std::function<void()> done) {
    stopReading();
    const auto job = std::make_shared<JobId>(0);
    JobQueue::Request request;
    request.title = title;
    request.work = std::move(work);
    // A reading that was replaced may still end, when the cancel came too late: then it counts for nothing.
    request.done = whileAlive([this, job, done = std::move(done)] {
        if (*job != m_readJob) return;
        m_readJob = 0;
        done();
    });
    request.failed = [self = QPointer<ExperimentDocument>(this), job](const Error& error) {
        if (!self || *job != self->m_readJob) return;
        self->m_readJob = 0;
        self->report(error);
    };
    m_readJob = *job = m_jobs.submit(std::move(request));
}

void ExperimentDocument::stopReading() {
    if (m_readJob) m_jobs.cancel(std::exchange(m_readJob, 0));
}

bool ExperimentDocument::guard(const std::function<void()>& work) {
    try {
        work();
        return true;
    } catch (const Error& error) {
        report(error);
        return false;
    }
}

void ExperimentDocument::edit(const QString& what, const std::function<void(ExperimentSpec&)>& change,
                              const QString& mergeKey) {
    ExperimentSpec after = m_spec;
    change(after);
    if (after != m_spec) m_undo.push(new SpecEdit(*this, what, m_spec, std::move(after), mergeKey));
}

void ExperimentDocument::setSpec(const ExperimentSpec& spec) {
    noteBrokenSeal(spec.data);
    const bool sameTable = givesTheSame(m_spec.data, spec.data);
    m_spec = spec;
    m_autosave.start();
    if (!sameTable && m_data) m_reread.start();
    emit specChanged();
    emit projectChanged();
}

std::optional<Task> ExperimentDocument::task() const {
    if (!m_data) return std::nullopt;
    const auto target = m_data->table.indexOf(m_spec.data.roles.target);
    if (!target) return std::nullopt;
    return m_spec.data.task ? *m_spec.data.task : guessTask(m_data->table.column(*target));
}

std::vector<std::string> ExperimentDocument::metrics() const {
    if (!m_spec.metrics.empty()) return m_spec.metrics;
    const auto now = task();
    return now ? m_catalog.metrics.defaults(*now) : std::vector<std::string>{};
}

// ---- the data ----

struct ExperimentDocument::Import {
    Import() = default;
    Import(const Import&) = delete;
    Import& operator=(const Import&) = delete;
    /// A project that nobody took over is not kept.
    ~Import() {
        if (!project) return;
        const fs::path path = project->path();
        project.reset();
        removeProject(path);
    }

    DataHint hint;
    Guess guess;
    std::shared_ptr<Project> project;  ///< which holds the specification that was guessed; null once it is taken over
    std::shared_ptr<const ReadResult> raw, data;
    std::shared_ptr<const RowIds> rows;  ///< of the file, where some are sealed
    std::shared_ptr<const TableProfile> profile;

    /// Sealed rows are gone before anything is summarised. A target that nobody named is guessed from the rows left by a
    /// draw that needs none.
    void shape(const EditRegistry& edits, JobContext& context) {
        if (!hint.sealed) {
            data = raw;
            return;
        }
        if (hint.target.empty() && hint.sealed->stratify) {
            SealedSpec plain = *hint.sealed;
            plain.stratify = false;
            const ShapedData left = shapeDataWithRows(*raw, specWith(plain), edits, context);
            hint.target = guessTarget(left.read.table, holdout::profile(left.read.table, context));
            hint.guessRest = true;
        }
        ShapedData shaped = shapeDataWithRows(*raw, specWith(*hint.sealed), edits, context);
        data = std::make_shared<const ReadResult>(std::move(shaped.read));
        if (shaped.rows) rows = std::make_shared<const RowIds>(std::move(*shaped.rows));
    }

    DataSpec specWith(const SealedSpec& seal) const {
        DataSpec spec;
        spec.sealed = seal;
        spec.roles.target = hint.target;
        spec.task = hint.task;
        return spec;
    }
};

void ExperimentDocument::openData(const fs::path& path, const DataHint& hint, WhenLarge whenLarge) {
    const fs::path absolute = fs::absolute(path);
    if (whenLarge == WhenLarge::Ask && hardlyFits(absolute)) {
        emit tooLarge(QString::fromStdString(absolute.string()));
        return;
    }
    auto read = std::make_shared<Import>();
    read->hint = hint;
    if (!read->hint.sealed) read->hint.sealed = m_sealAtImport;
    const auto work = [read, absolute, &edits = m_catalog.edits](JobContext& context) {
        read->raw = std::make_shared<const ReadResult>(readTable(absolute, {}, context));
        context.progress.report(0.7, "summarising columns");
        read->shape(edits, context);
        read->profile = std::make_shared<const TableProfile>(holdout::profile(read->data->table, context));
        read->guess = guessExperiment(*read->data, *read->profile, absolute.string(), read->hint);
        context.throwIfStopped();
        read->project = Project::create(freshUnnamedPath());
        read->project->setSpecification(specToJson(read->guess.spec));
    };
    this->read(tr("Reading %1").arg(QString::fromStdString(absolute.filename().string())), work,
               [this, read, absolute] { adoptData(absolute, *read); });
}

/// What takes long has been done in the background, or is left to it.
void ExperimentDocument::adoptData(const fs::path& path, Import& read) {
    std::vector<std::shared_ptr<const void>> before{m_raw, m_data, m_fileRows, m_profile};
    before.insert(before.end(), m_runs.begin(), m_runs.end());
    const bool isNew = guard([&] {
        useProject(std::exchange(read.project, nullptr), true);
        m_undo.clear();
        m_spec = read.guess.spec;
        m_rawSpec = m_spec.data;
        m_raw = read.raw;
        m_data = read.data;
        m_fileRows = read.rows;
        m_profile = read.profile;
        m_dataPath = path;
        rememberRecent(path);
        emit dataChanged();
        emit profileChanged();
        emit specChanged();
        emit projectChanged();
        if (read.hint.target.empty() || read.hint.guessRest)
            for (const std::string& note : read.guess.notes) emit noted(QString::fromStdString(note));
    });
    if (!isNew) return;
    emit runsChanged();
    emit currentRunChanged();
    emit openingsChanged();
    letGoAside(std::move(before));
}

void ExperimentDocument::exportTable(const fs::path& path) {
    if (!m_data) return;
    JobQueue::Request request;
    request.title = tr("Writing %1").arg(QString::fromStdString(path.filename().string()));
    request.work = [data = m_data, path](JobContext& context) { writeTable(data->table, path, context); };
    request.done = whileAlive([this, path] { emit noted(tr("The table is in %1.").arg(QString::fromStdString(path.string()))); });
    request.failed = [self = QPointer<ExperimentDocument>(this)](const Error& error) {
        if (self) self->report(error);
    };
    m_jobs.submit(std::move(request));
}

void ExperimentDocument::readAgain() {
    stopReading();
    struct Read {
        std::shared_ptr<const ReadResult> raw, data;
        std::shared_ptr<const RowIds> rows;
        std::shared_ptr<const TableProfile> profile;
    };
    auto read = std::make_shared<Read>();
    // An undone or redone edit may name another file than the one that is shown.
    const fs::path named = findData(m_spec.data.source, m_project ? m_project->path() : fs::path{});
    if (named.empty()) {
        emit dataMissing(QString::fromStdString(m_spec.data.source));
        return;
    }
    const fs::path path = fs::absolute(named);
    read->raw = rawFor(path, m_spec.data);
    const bool isKnown = read->raw != nullptr;
    const auto work = [read, path, spec = m_spec.data, &edits = m_catalog.edits](JobContext& context) {
        if (!read->raw) read->raw = std::make_shared<const ReadResult>(readTable(path, spec.readOptions(), context));
        ShapedData shaped = shapeDataWithRows(*read->raw, spec, edits, context);
        read->data = std::make_shared<const ReadResult>(std::move(shaped.read));
        if (shaped.rows) read->rows = std::make_shared<const RowIds>(std::move(*shaped.rows));
        read->profile = std::make_shared<const TableProfile>(holdout::profile(read->data->table, context));
    };
    const auto done = [this, read, path, spec = m_spec.data] {
        m_dataPath = path;
        m_raw = read->raw;
        m_rawSpec = spec;
        m_data = read->data;
        m_fileRows = read->rows;
        m_profile = read->profile;
        emit dataChanged();
        emit profileChanged();
    };
    const QString title = isKnown ? tr("Editing %1") : tr("Reading %1 again");
    this->read(title.arg(QString::fromStdString(path.filename().string())), work, done);
}

std::shared_ptr<const ReadResult> ExperimentDocument::rawFor(const fs::path& path, const DataSpec& spec) const {
    return m_raw && path == m_dataPath && readsTheSame(m_rawSpec, spec) ? m_raw : nullptr;
}

// ---- the answers ----

std::shared_ptr<const Run> ExperimentDocument::currentRun() const {
    for (const auto& run : m_runs)
        if (run->id == m_currentRun) return run;
    return m_runs.empty() ? nullptr : m_runs.back();
}

void ExperimentDocument::setCurrentRun(std::int64_t id) {
    if (m_currentRun == id) return;
    m_currentRun = id;
    emit currentRunChanged();
}

void ExperimentDocument::renameRun(std::int64_t id, const QString& name) {
    const bool isRenamed = m_project && guard([&] { m_project->renameRun(id, name.toStdString()); });
    if (!isRenamed) return;
    for (auto& run : m_runs) {
        if (run->id != id) continue;
        Run renamed = *run;
        renamed.spec.name = name.toStdString();
        run = std::make_shared<const Run>(std::move(renamed));
    }
    emit runsChanged();
}

void ExperimentDocument::removeRun(std::int64_t id) {
    const bool isRemoved = m_project && guard([&] { m_project->removeRun(id); });
    if (!isRemoved) return;
    std::erase_if(m_runs, [id](const auto& run) { return run->id == id; });
    emit runsChanged();
    emit currentRunChanged();
}

std::vector<RunEntry> ExperimentDocument::unfinishedRuns() const {
    if (!m_project) return {};
    std::vector<RunEntry> entries = m_project->runs();
    std::erase_if(entries, [](const RunEntry& entry) { return entry.state == RunState::Finished; });
    return entries;
}

}  // namespace holdout

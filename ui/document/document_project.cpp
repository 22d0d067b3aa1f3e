// SPDX-License-Identifier: GPL-3.0-or-later
// The project that the experiment is kept in.
#include <nlohmann/json.hpp>

#include "data/memory_need.h"
#include "document/experiment_document.h"
#include "document/project_files.h"

namespace holdout {

namespace fs = std::filesystem;

/// A project as it was read in the background.
struct ExperimentDocument::Opened {
    std::shared_ptr<Project> project;
    ExperimentSpec spec;
    std::vector<std::shared_ptr<const Run>> runs;
    fs::path dataPath;
    std::shared_ptr<const ReadResult> raw;   ///< as it was read
    std::shared_ptr<const ReadResult> data;  ///< null when the file is missing or the project has none
    std::shared_ptr<const RowIds> fileRows;  ///< null when all rows of the file are in `data`
    std::shared_ptr<const TableProfile> profile;
    std::string knownSha256;  ///< of the data when it last ran; empty before
    std::string sha256;       ///< of the data as it is now, where there are runs to compare with
    bool isTooLarge = false;  ///< the data, which were not read
    std::optional<Error> problem;  ///< the edits of the table cannot be made, and were left out
};

namespace {

std::string latestSha256(const Project& project) {
    const std::vector<RunEntry> entries = project.runs();
    return entries.empty() ? std::string{} : project.runData(entries.back().id).sha256;
}

}  // namespace

/// Makes of `opened.raw` what the specification wants. An edit that cannot be made must not keep a project shut: then
/// none is, and `opened.problem` says why. Sealed rows stay sealed.
void ExperimentDocument::shape(Opened& opened, const EditRegistry& edits, JobContext& context) {
    const auto take = [&](ShapedData shaped) {
        opened.data = std::make_shared<const ReadResult>(std::move(shaped.read));
        if (shaped.rows) opened.fileRows = std::make_shared<const RowIds>(std::move(*shaped.rows));
    };
    try {
        take(shapeDataWithRows(*opened.raw, opened.spec.data, edits, context));
    } catch (const Error& error) {
        opened.problem = error;
        DataSpec bare = opened.spec.data;
        bare.edits.clear();
        take(shapeDataWithRows(*opened.raw, bare, edits, context));
    }
}

/// Of data that cannot be told the project opens all the same.
void ExperimentDocument::identify(Opened& opened, const JobContext& context) {
    try {
        opened.sha256 = opened.raw->sha256.value(context.stop);
    } catch (const Error& error) {
        if (!opened.problem) opened.problem = error;
    }
}

QString ExperimentDocument::projectName() const {
    if (!m_project || m_unnamed) return tr("Unsaved experiment");
    return QString::fromStdString(m_project->path().filename().string());
}

fs::path ExperimentDocument::projectPath() const {
    return m_project ? m_project->path() : fs::path{};
}

void ExperimentDocument::writeNow() {
    m_autosave.stop();
    if (m_project) guard([this] { m_project->setSpecification(specToJson(m_spec)); });
    emit projectChanged();
}

void ExperimentDocument::useProject(std::shared_ptr<Project> project, bool unnamed) {
    if (m_autosave.isActive()) writeNow();
    if (m_project) {
        const fs::path dropped = isEmptyUnnamed() ? m_project->path() : fs::path();
        letGoAside({std::exchange(m_project, nullptr)}, dropped);
    }
    m_project = std::move(project);
    m_unnamed = unnamed;
    m_runs.clear();
    m_currentRun = 0;
    m_sealJob = 0;
    m_pending.clear();  // their jobs go on, and record into their own project
    m_poll.stop();
    m_live = std::make_shared<const LiveSnapshot>();
}

void ExperimentDocument::startUnnamed() {
    useProject(Project::create(freshUnnamedPath()), true);
}

bool ExperimentDocument::isEmptyUnnamed() const {
    return m_project && m_unnamed && m_spec == ExperimentSpec{} && m_pending.empty() && m_project->runs().empty();
}

void ExperimentDocument::letGoAside(std::vector<std::shared_ptr<const void>> things, const fs::path& emptyProject) {
    const auto held = std::make_shared<std::vector<std::shared_ptr<const void>>>(std::move(things));
    JobQueue::Request request;
    request.title = tr("Closing what was open");
    request.lane = JobLane::Background;
    request.work = [held, emptyProject](JobContext&) {
        held->clear();
        if (!emptyProject.empty()) removeProject(emptyProject);
    };
    m_jobs.submit(std::move(request));
}

void ExperimentDocument::newProject() {
    stopReading();
    const bool isNew = guard([this] { startUnnamed(); });
    if (!isNew) return;
    m_undo.clear();
    m_spec = {};
    m_raw.reset();
    m_data.reset();
    m_fileRows.reset();
    m_profile.reset();
    m_dataPath.clear();
    emit dataChanged();
    emit profileChanged();
    emit specChanged();
    emit projectChanged();
    emit runsChanged();
    emit currentRunChanged();
    emit openingsChanged();
}

void ExperimentDocument::openProject(const fs::path& path) {
    auto opened = std::make_shared<Opened>();
    const auto work = [opened, path = fs::absolute(path), &catalog = m_catalog, &searches = m_searches](JobContext& context) {
        opened->project = Project::open(path);
        if (const auto json = opened->project->specification()) opened->spec = specFromJson(*json, catalog, searches);
        for (const RunEntry& entry : opened->project->runs()) {
            context.throwIfStopped();
            if (entry.state != RunState::Finished) continue;
            opened->runs.push_back(std::make_shared<const Run>(opened->project->loadRun(entry.id, catalog, searches)));
        }
        const std::vector<RunEntry> entries = opened->project->runs();
        if (!opened->project->specification() && !entries.empty())
            opened->spec = specFromJson(opened->project->runSpecification(entries.back().id), catalog, searches);
        const bool hasRun = !entries.empty();
        if (hasRun) opened->knownSha256 = opened->project->runData(entries.back().id).sha256;
        if (opened->spec.data.source.empty()) return;
        opened->dataPath = findData(opened->spec.data.source, path);
        if (opened->dataPath.empty()) return;
        opened->isTooLarge = hardlyFits(opened->dataPath);
        if (opened->isTooLarge) return;
        opened->raw =
            std::make_shared<const ReadResult>(readTable(opened->dataPath, opened->spec.data.readOptions(), context));
        const std::jthread identifying = hasRun ? computeBeside(opened->raw->sha256) : std::jthread();
        shape(*opened, catalog.edits, context);
        opened->profile = std::make_shared<const TableProfile>(holdout::profile(opened->data->table, context));
        if (hasRun) identify(*opened, context);
    };
    read(tr("Opening %1").arg(QString::fromStdString(path.filename().string())), work,
         [this, opened] { adoptProject(opened); });
}

void ExperimentDocument::adoptProject(std::shared_ptr<Opened> opened) {
    const bool isAdopted = guard([&] {
        const fs::path path = opened->project->path();
        if (opened->project->isReadOnly()) {
            continueInCopy(*opened->project);
        } else {
            useProject(opened->project, path.parent_path() == unnamedFolder());
            if (!m_unnamed) rememberRecent(path);
        }
    });
    if (!isAdopted) return;
    m_undo.clear();
    m_spec = opened->spec;
    m_raw = opened->raw;
    m_rawSpec = opened->spec.data;
    m_data = opened->data;
    m_fileRows = opened->fileRows;
    m_profile = opened->profile;
    m_dataPath = opened->dataPath;
    m_runs = opened->runs;
    emit dataChanged();
    emit profileChanged();
    emit specChanged();
    emit projectChanged();
    emit runsChanged();
    emit currentRunChanged();
    emit openingsChanged();
    if (opened->isTooLarge)
        emit dataTooLarge(QString::fromStdString(m_dataPath.string()));
    else if (!m_spec.data.source.empty() && !m_data)
        emit dataMissing(QString::fromStdString(m_spec.data.source));
    if (opened->problem) report(*opened->problem);
    if (m_data && !opened->sha256.empty() && !opened->knownSha256.empty() && opened->sha256 != opened->knownSha256)
        report(Error("The data file has changed since the last run.", {m_dataPath.string()},
                     "New runs use the file as it is now; they cannot be compared row by row with the older ones."));
    offerToResume();
}

/// A crash leaves the last run as running, a window closed meanwhile as cancelled.
void ExperimentDocument::offerToResume() {
    const std::vector<RunEntry> entries = m_project->runs();
    if (entries.empty() || !m_data) return;
    const RunEntry& last = entries.back();
    const bool isInterrupted = last.state == RunState::Running || last.state == RunState::Cancelled;
    const std::string sha256 = m_data->sha256.ifKnown().value_or(std::string());
    if (isInterrupted && !sha256.empty() && m_project->runData(last.id).sha256 == sha256)
        emit runInterrupted(last.id, QString::fromStdString(last.name));
}

void ExperimentDocument::continueInCopy(Project& readOnly) {
    const fs::path copy = freshUnnamedPath();
    readOnly.copyTo(copy);
    useProject(Project::open(copy), true);
    report(Error("The project may be read but not written.", {readOnly.path().string()},
                 "You work on a copy of it: save that under another name to keep it."));
}

void ExperimentDocument::saveAs(const fs::path& path) {
    if (!m_pending.empty()) {
        report(Error("A run is being recorded into this project.", {},
                     "Save under a name when it has finished, or cancel it. What has finished is kept either way."));
        return;
    }
    const bool isSaved = guard([&] {
        if (!m_project) startUnnamed();
        writeNow();
        const fs::path before = m_project->path();
        const bool wasUnnamed = m_unnamed;
        m_project->copyTo(path);
        m_project = Project::open(path);
        m_unnamed = false;
        rememberRecent(path);
        if (wasUnnamed) removeProject(before);
    });
    if (isSaved) emit projectChanged();
}

void ExperimentDocument::locateData(const fs::path& path, bool acceptChange) {
    auto opened = std::make_shared<Opened>();
    const fs::path absolute = fs::absolute(path);
    opened->spec = m_spec;
    const auto work = [opened, absolute, acceptChange, project = m_project, &edits = m_catalog.edits](JobContext& context) {
        opened->raw = std::make_shared<const ReadResult>(readTable(absolute, opened->spec.data.readOptions(), context));
        const std::string known = project ? latestSha256(*project) : std::string{};
        const bool isCompared = !acceptChange && !known.empty();
        const std::jthread identifying = isCompared ? computeBeside(opened->raw->sha256) : std::jthread();
        shape(*opened, edits, context);
        if (isCompared && known != opened->raw->sha256.value(context.stop))
            throw Error("This file is not the one that the project's runs used: its fingerprint differs.",
                        {absolute.string()}, "Choose the original file, or accept the change.");
        opened->profile = std::make_shared<const TableProfile>(holdout::profile(opened->data->table, context));
    };
    const auto done = [this, opened, absolute] {
        m_raw = opened->raw;
        m_rawSpec = opened->spec.data;
        m_data = opened->data;
        m_fileRows = opened->fileRows;
        m_profile = opened->profile;
        m_dataPath = absolute;
        m_undo.clear();  // what is before names a file that is no longer there
        m_spec.data.source = absolute.string();
        writeNow();
        emit dataChanged();
        emit profileChanged();
        emit specChanged();
        if (opened->problem) report(*opened->problem);
    };
    read(tr("Reading %1").arg(QString::fromStdString(path.filename().string())), work, done);
}

}  // namespace holdout

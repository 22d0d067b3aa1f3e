// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "experiment/runner.h"

namespace holdout {

enum class RunState { Running, Finished, Cancelled, Failed };
std::string_view runStateName(RunState state);

/// A line of the list of runs.
struct RunEntry {
    std::int64_t id = 0;
    std::string name;
    std::string started;
    RunState state = RunState::Running;
    std::string error;
};

/// The sealed rows were looked at.
struct Opening {
    std::string opened;   ///< ISO 8601, UTC
    std::int64_t run = 0; ///< for which run; it may be gone since
};

/// One `.holdout` file: the specification being edited, and every run with its folds, trials and model. SQLite in WAL
/// mode; each call is one transaction, so what has returned survives a crash.
/// Threads: calls are serialised inside; any thread may call.
/// Errors: throws Error when the file is no project, is newer than this program, cannot be written, or the disk is full.
class Project {
public:
    static std::unique_ptr<Project> create(const std::filesystem::path& path);
    /// Migrates older formats. An empty file, which a crash may leave while a project is made, is an empty project.
    /// Where the file or its folder may not be written, it can be read all the same, and each change throws Error.
    static std::unique_ptr<Project> open(const std::filesystem::path& path);
    ~Project();

    bool isReadOnly() const;

    const std::filesystem::path& path() const;
    /// A copy at `path`, complete and consistent. This project goes on under its own path.
    void copyTo(const std::filesystem::path& path);

    std::optional<nlohmann::json> specification() const;
    void setSpecification(const nlohmann::json& spec);

    std::vector<RunEntry> runs() const;
    std::int64_t beginRun(const Run& run);
    void setRunSpecification(std::int64_t run, const nlohmann::json& spec);
    void setRunData(std::int64_t run, const DataRecord& data);
    void recordTrial(std::int64_t run, const Trial& trial);
    void recordFold(std::int64_t run, const FoldResult& fold);
    void finishRun(std::int64_t run, const Run& result);
    /// In place of the run's last: what its model's training has reached. Gone once the run is finished.
    void recordCheckpoint(std::int64_t run, const std::string& state);
    void endRun(std::int64_t run, RunState state, const std::string& error);
    void renameRun(std::int64_t run, const std::string& name);
    void removeRun(std::int64_t run);

    /// Writes down that the sealed rows are opened for `run`, before anyone sees what they say. Returns how often they have
    /// been opened in this project, this time included. What is written down can never be taken back.
    std::int64_t recordOpening(std::int64_t run, const std::string& opened);
    std::vector<Opening> openings() const;

    /// A finished run, whole. Throws Error when there is none of that id.
    Run loadRun(std::int64_t run, const Catalog& catalog, const SearchRegistry& searches) const;
    /// The specification of any run, finished or not.
    nlohmann::json runSpecification(std::int64_t run) const;
    DataRecord runData(std::int64_t run) const;
    /// Trials and folds of a run that did not finish.
    Finished finishedParts(std::int64_t run) const;
    /// Empty when there is none.
    std::string checkpoint(std::int64_t run) const;

private:
    struct Impl;
    explicit Project(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// An observer that records everything that finishes into a project, and from time to time the state of the model that is
/// being trained.
class ProjectRecorder final : public RunObserver, public Checkpoints {
public:
    /// How long training goes on between checkpoints, at least.
    static constexpr std::chrono::milliseconds between{1000};

    /// `resume`: the id of an unfinished run to go on with; 0 begins a new one.
    ProjectRecorder(Project& project, std::int64_t resume = 0) : m_project(project), m_run(resume) {}
    void started(const Run& run, std::size_t folds, std::size_t trials) override;
    void identified(const DataRecord& data) override;
    void endedByHand(const Run& run) override;
    void trialFinished(const Trial& trial) override;
    void foldFinished(const FoldResult& fold) override;
    Checkpoints* checkpoints() override { return this; }
    bool isDue() override;
    void keep(const std::string& state) override;
    std::string last() const override;
    std::int64_t runId() const { return m_run; }

private:
    Project& m_project;
    std::int64_t m_run;
    std::chrono::steady_clock::time_point m_lastKept = std::chrono::steady_clock::now();
};

}  // namespace holdout

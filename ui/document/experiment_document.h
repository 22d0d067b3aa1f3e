// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <QUndoStack>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "data/profile.h"
#include "document/guess_experiment.h"
#include "document/live_run.h"
#include "experiment/continuation.h"
#include "experiment/project.h"
#include "jobs/job_queue.h"

namespace holdout {

/// The experiment that the window shows: the one specification (every edit an undo step), the data it names, the
/// project it is kept in and the runs it has had. Pages read it, edit it through `edit`, and listen.
/// Threads: the window's only.
class ExperimentDocument : public QObject {
    Q_OBJECT
public:
    ExperimentDocument(const Catalog& catalog, const SearchRegistry& searches, JobQueue& jobs, QObject* parent = nullptr);
    ~ExperimentDocument() override;

    const Catalog& catalog() const { return m_catalog; }
    const SearchRegistry& searches() const { return m_searches; }
    JobQueue& jobs() { return m_jobs; }

    // ---- the question ----
    const ExperimentSpec& spec() const { return m_spec; }
    /// Changes the specification as one undo step named `what` ("set lambda"). Edits with the same non-empty
    /// `mergeKey` one after another become one step (a slider that moves).
    void edit(const QString& what, const std::function<void(ExperimentSpec&)>& change, const QString& mergeKey = {});
    QUndoStack& undoStack() { return m_undo; }

    // ---- the data ----
    /// Null until a file has been read.
    std::shared_ptr<const ReadResult> data() const { return m_data; }
    /// Where the rows of `data()` stand in the file, ascending; null when it holds all rows of the file.
    std::shared_ptr<const RowIds> fileRows() const { return m_fileRows; }
    /// Null until it has been computed (in the background).
    std::shared_ptr<const TableProfile> profile() const { return m_profile; }
    /// The file that was read, absolute; empty without one.
    std::filesystem::path dataPath() const { return m_dataPath; }
    /// The task of the target as it is now; none without data or target.
    std::optional<Task> task() const;
    /// The metrics that are scored: the specification's, else the task's defaults.
    std::vector<std::string> metrics() const;

    /// Reads `path` in the background as a new experiment: guessed target, suggested recipe, a model that fits.
    /// `hint`: what is known of the file beforehand; without a seal of its own, that of `setSealAtImport` holds. A file that
    /// would hardly fit into memory is not read: `tooLarge` follows, unless `whenLarge` says to try.
    enum class WhenLarge { Ask, Read };
    void openData(const std::filesystem::path& path, const DataHint& hint = {}, WhenLarge whenLarge = WhenLarge::Ask);
    /// What share of the rows of each file that is opened from now on is set aside before anything is shown or summarised.
    void setSealAtImport(const std::optional<SealedSpec>& seal) { m_sealAtImport = seal; }
    const std::optional<SealedSpec>& sealAtImport() const { return m_sealAtImport; }
    /// Writes the table that is shown to `path` in the background, in the format that its ending tells; `noted` follows.
    void exportTable(const std::filesystem::path& path);
    /// The job that reads the data; 0 when none.
    JobId readJob() const { return m_readJob; }

    // ---- the project ----
    /// Every experiment is kept in a project from the start: an unnamed one lives in the application's data folder
    /// until it is saved under a name. So a crash loses nothing.
    QString projectName() const;
    std::filesystem::path projectPath() const;
    bool isUnnamed() const { return m_unnamed; }
    /// False for the half second in which the latest edits are not yet in the project.
    bool isWritten() const { return !m_autosave.isActive(); }
    /// Writes the specification into the project now.
    void writeNow();
    /// Projects that were never named, the latest first: what a crash or a closed window has left.
    static std::vector<std::filesystem::path> unnamedProjects();
    /// Files opened or saved, the latest first; only those that still exist.
    static std::vector<std::filesystem::path> recentFiles();
    void newProject();
    /// Opens a `.holdout` file. When its data file moved, `dataMissing` follows; when that would hardly fit into memory it is
    /// not read, and `dataTooLarge` follows: `locateData` reads it all the same.
    void openProject(const std::filesystem::path& path);
    void saveAs(const std::filesystem::path& path);
    /// Names a moved data file; refused with an error when its fingerprint differs, unless `acceptChange`.
    void locateData(const std::filesystem::path& path, bool acceptChange);

    // ---- the answers ----
    const std::vector<std::shared_ptr<const Run>>& runs() const { return m_runs; }
    /// The run that Evaluate and Tune show: the one chosen, else the latest finished; may be null.
    std::shared_ptr<const Run> currentRun() const;
    void setCurrentRun(std::int64_t id);
    void renameRun(std::int64_t id, const QString& name);
    void removeRun(std::int64_t id);
    /// Runs that did not finish (a crash, a cancel), which `resume` can go on with.
    std::vector<RunEntry> unfinishedRuns() const;

    /// Submits the specification as it is. `withTuning`: whether its `tune` part is taken along.
    enum class RunKind { Evaluate, Tune };
    void run(RunKind kind);
    void resume(std::int64_t runId);
    /// Submits a study that goes on from another's trials (extendedStudy, forkedStudy).
    void runFrom(const Continuation& study);
    /// The job that runs or waits for `run`; 0 when none.
    JobId runJob() const { return m_pending.empty() ? 0 : m_pending.front().job; }
    /// The latest state of the running experiment, else of the last that ran; never null.
    std::shared_ptr<const LiveSnapshot> live() const { return m_live; }

    // ---- the sealed test set ----
    /// Opens the sealed rows for a finished run in the background: the opening is counted and dated in the project first,
    /// then the rows are scored; `sealOpened` or `failed` follows. The run keeps what they said.
    void openSealed(std::int64_t run);
    /// The job that opens the seal; 0 when none.
    JobId sealJob() const { return m_sealJob; }
    /// Every opening of this project, the first first. One of run 0 is that the seal was changed or removed after a run.
    std::vector<Opening> openings() const;

signals:
    void specChanged();
    void dataChanged();
    void profileChanged();
    void projectChanged();
    void runsChanged();
    void currentRunChanged();
    /// The list of openings, or whether the seal is being opened.
    void openingsChanged();
    void sealOpened(std::int64_t run);
    /// At most 30 times a second.
    void liveChanged();
    /// A job of this document failed: the page shows it.
    void failed(const QString& problem, const QString& where, const QString& remedy);
    /// Something was decided for the person, who should know.
    void noted(const QString& message);
    /// The project that was opened has a last run that did not come to its end, and the data to go on with it.
    void runInterrupted(std::int64_t id, const QString& name);
    /// The project's data file is not where it was.
    void dataMissing(const QString& path);
    /// The project's data file was not read, because it would hardly fit into memory.
    void dataTooLarge(const QString& path);
    /// The file was not read, because it would hardly fit into memory.
    void tooLarge(const QString& path);

private:
    class SpecEdit;
    struct Opened;
    /// A run that goes on or waits, with what it reports to.
    struct PendingRun {
        JobId job = 0;
        std::shared_ptr<LiveRun> live;
    };

    void setSpec(const ExperimentSpec& spec);
    /// What a job calls when it has ended: nothing once the document is gone, which jobs may outlive.
    std::function<void()> whileAlive(std::function<void()> work);
    /// Reads in the background, in place of what is being read: only the latest reading comes to an end here.
    void read(const QString& title, JobQueue::Work work, std::function<void()> done);
    void stopReading();
    void readAgain();
    struct Import;
    void adoptData(const std::filesystem::path& path, Import& read);
    /// The file as it was read, when `path` and `spec` would read the same again; else null.
    std::shared_ptr<const ReadResult> rawFor(const std::filesystem::path& path, const DataSpec& spec) const;
    static void shape(Opened& opened, const EditRegistry& edits, JobContext& context);
    static void identify(Opened& opened, const JobContext& context);
    void noteBrokenSeal(const DataSpec& after);
    void adoptProject(std::shared_ptr<Opened> opened);
    void offerToResume();
    void continueInCopy(Project& readOnly);
    void useProject(std::shared_ptr<Project> project, bool unnamed);
    void startUnnamed();
    /// Whether the project is one that was never named and never came to hold anything: it is not kept.
    bool isEmptyUnnamed() const;
    /// Gives things up that take long to close or to free: in the background, after all else that holds them has let go. Then
    /// removes the project's files, unless `emptyProject` is empty.
    void letGoAside(std::vector<std::shared_ptr<const void>> things, const std::filesystem::path& emptyProject = {});
    QString runName(std::size_t number, const ExperimentSpec& spec) const;
    void submitRun(const ExperimentSpec& spec, std::int64_t resumed, std::vector<Trial> known = {});
    void runEnded(JobId job);
    void addRun(const std::shared_ptr<Project>& project, std::shared_ptr<const Run> run);
    void pollLive();
    void report(const Error& error);
    bool guard(const std::function<void()>& work);

    const Catalog& m_catalog;
    const SearchRegistry& m_searches;
    JobQueue& m_jobs;
    ExperimentSpec m_spec;
    QUndoStack m_undo;
    std::shared_ptr<const ReadResult> m_raw;   ///< as it was read: no edit made, no row set aside
    std::shared_ptr<const ReadResult> m_data;
    std::shared_ptr<const RowIds> m_fileRows;
    std::shared_ptr<const TableProfile> m_profile;
    std::filesystem::path m_dataPath;
    DataSpec m_rawSpec;                        ///< how `m_raw` was read
    std::optional<SealedSpec> m_sealAtImport;
    std::shared_ptr<Project> m_project;      ///< shared with the jobs that record into it
    bool m_unnamed = true;
    QTimer m_autosave;
    QTimer m_reread;
    JobId m_readJob = 0;
    JobId m_sealJob = 0;
    std::vector<std::shared_ptr<const Run>> m_runs;
    std::int64_t m_currentRun = 0;
    std::vector<PendingRun> m_pending;       ///< in the order in which they run
    std::shared_ptr<const LiveSnapshot> m_live;
    JobId m_liveJob = 0;                     ///< the job that `m_live` is of
    QTimer m_poll;
};

}  // namespace holdout

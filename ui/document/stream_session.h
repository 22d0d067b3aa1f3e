// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <vector>

#include "data/memory_need.h"
#include "document/experiment_document.h"
#include "experiment/stream_training.h"

namespace holdout {

/// Work on a file that is never whole in memory: a first look, its profile, a random sample of its rows as a new experiment,
/// and a model that learns it piece by piece. One job at a time, in the background.
/// Threads: the window's only.
class StreamSession : public QObject {
    Q_OBJECT
public:
    StreamSession(ExperimentDocument& document, std::filesystem::path file, QObject* parent = nullptr);
    ~StreamSession() override;

    /// Makes the question one of a project, in place of a guessed one: the file is read as its specification says, a sample
    /// is asked the same, and a model that learns starts from its roles and recipe. Call it before any work.
    void ask(const ExperimentSpec& question);

    const std::filesystem::path& file() const { return m_file; }
    ExperimentDocument& document() const { return m_document; }
    /// The job that goes on; 0 when none.
    JobId job() const { return m_job; }
    /// Stops it. Training keeps the model of the rows before.
    void cancel();

    /// Reads the first rows, for the names and types of the columns and a guessed experiment.
    void look();
    /// Goes over all rows.
    void profile();
    /// Draws rows without replacement, writes them into a CSV file of its own, and opens that in the document as a new
    /// experiment without runs: of some rows, so it has another fingerprint than the file. Of a project's question the
    /// specification goes along (`hint` counts for nothing), and the project itself stays as it is.
    void sample(std::size_t rows, std::uint64_t seed, const DataHint& hint);
    /// Trains on all rows but each tenth, which is scored in the end.
    void train(const ExperimentSpec& spec);
    /// Writes the trained model as `holdout-cli predict` reads it. Throws Error.
    void saveModel(const std::filesystem::path& path) const;

    /// Some of the first rows; null before `look`.
    std::shared_ptr<const Table> head() const { return m_head; }
    const Guess& guess() const { return m_guess; }
    std::shared_ptr<const TableProfile> profileResult() const { return m_profile; }
    /// How many rows quantiles and findings of the profile are of.
    std::size_t sampledRows() const { return m_sampledRows; }
    /// The scores so far of the training that goes on or ended last.
    std::vector<StreamPoint> points() const;
    std::shared_ptr<const StreamResult> result() const { return m_result; }

signals:
    /// A job began or ended, or has something new to show.
    void changed();
    /// At most 30 times a second while a model learns.
    void pointsChanged();
    void failed(const QString& problem, const QString& where, const QString& remedy);

private:
    struct Points;
    void submit(const QString& title, JobQueue::Work work, std::function<void()> done, JobLane lane = JobLane::Work);
    ReadOptions readOptions() const;

    ExperimentDocument& m_document;
    std::filesystem::path m_file;
    JobId m_job = 0;
    std::shared_ptr<const Table> m_head;
    Guess m_guess;
    std::optional<ExperimentSpec> m_question;  ///< a project's; none where it is guessed
    std::shared_ptr<const TableProfile> m_profile;
    std::size_t m_sampledRows = 0;
    std::shared_ptr<Points> m_points;
    std::size_t m_shownPoints = 0;
    std::vector<std::string> m_missing;  ///< codes that the model was trained with
    std::shared_ptr<const StreamResult> m_result;
    QTimer m_poll;
};

/// Where a sample of `file` is kept: in the application's data folder, under a name that says what it is, in a folder for
/// the file as it is now, so that no other file's sample takes its place. Throws Error.
std::filesystem::path sampleFile(const std::filesystem::path& file, std::size_t rows, std::uint64_t seed);

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/stream_session.h"

#include <QCryptographicHash>
#include <QPointer>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "data/csv_writer.h"
#include "data/row_sample.h"
#include "data/stream_profile.h"
#include "data/table_chunks.h"
#include "document/own_folder.h"
#include "document/project_files.h"

namespace holdout {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t lookBytes = std::size_t{1} << 20;
constexpr std::size_t sampleRows = 100'000;
constexpr int keyDigits = 16;

/// Calls visit(piece) for each piece, telling the job how far it is.
template <typename Visit>
std::unique_ptr<TableChunks> eachPiece(const fs::path& file, const ReadOptions& options, JobContext& context, const char* what,
                                       const Visit& visit) {
    std::unique_ptr<TableChunks> chunks = openTableChunks(file, options);
    SilentProgress silent;
    JobContext quiet = context.reporting(silent);
    while (const std::optional<Table> piece = chunks->next(quiet)) {
        visit(*piece);
        context.progress.report(static_cast<double>(chunks->bytesRead()) / static_cast<double>(chunks->bytes()), what);
    }
    return chunks;
}

/// `question` of the rows in `sample`, a file that writeCsv wrote: how the whole file was to be read no longer holds.
ExperimentSpec ofSample(const ExperimentSpec& question, const fs::path& sample, std::size_t rows) {
    ExperimentSpec spec = question;
    spec.data = {};
    spec.data.source = sample.string();
    spec.data.roles = question.data.roles;
    spec.data.task = question.data.task;
    spec.data.types = question.data.types;
    spec.data.missing = question.data.missing;
    spec.data.edits = question.data.edits;
    if (!spec.name.empty()) spec.name += " (sample of " + formatCount(static_cast<std::int64_t>(rows)) + " rows)";
    return spec;
}

}  // namespace

struct StreamSession::Points {
    std::mutex mutex;
    std::vector<StreamPoint> all;
};

StreamSession::StreamSession(ExperimentDocument& document, fs::path file, QObject* parent)
    : QObject(parent), m_document(document), m_file(std::move(file)) {
    m_poll.setInterval(33);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        const std::size_t now = points().size();
        if (now == m_shownPoints) return;
        m_shownPoints = now;
        emit pointsChanged();
    });
}

StreamSession::~StreamSession() {
    if (m_job) m_document.jobs().cancel(m_job);
}

void StreamSession::ask(const ExperimentSpec& question) {
    m_question = question;
}

ReadOptions StreamSession::readOptions() const {
    return m_question ? m_question->data.readOptions() : ReadOptions{};
}

void StreamSession::cancel() {
    if (m_job) m_document.jobs().cancel(m_job);
}

void StreamSession::submit(const QString& title, JobQueue::Work work, std::function<void()> done, JobLane lane) {
    if (m_job) m_document.jobs().cancel(m_job);
    const auto job = std::make_shared<JobId>(0);
    const QPointer<StreamSession> self(this);
    // What a later job has replaced counts for nothing.
    const auto isCurrent = [self, job] { return self && self->m_job == *job; };
    const auto end = [self] {
        self->m_job = 0;
        self->m_poll.stop();
    };
    JobQueue::Request request;
    request.title = title;
    request.lane = lane;
    request.work = std::move(work);
    request.done = [self, isCurrent, end, done = std::move(done)] {
        if (!isCurrent()) return;
        end();
        done();
        if (self) emit self->changed();
    };
    request.failed = [self, isCurrent, end](const Error& error) {
        if (!isCurrent()) return;
        end();
        emit self->failed(QString::fromStdString(error.problem()), QString::fromStdString(error.place().text()),
                          QString::fromStdString(error.remedy()));
        if (self) emit self->changed();
    };
    request.cancelled = [self, isCurrent, end] {
        if (!isCurrent()) return;
        end();
        emit self->changed();
    };
    m_job = *job = m_document.jobs().submit(std::move(request));
    emit changed();
}

void StreamSession::look() {
    struct Look {
        Table rows;
        Guess guess;
    };
    auto found = std::make_shared<Look>();
    submit(tr("Looking at %1").arg(QString::fromStdString(m_file.filename().string())),
           [found, file = m_file, options = readOptions(), question = m_question](JobContext& context) {
               const std::unique_ptr<TableChunks> chunks = openTableChunks(file, options, lookBytes);
               const std::optional<Table> piece = chunks->next(context);
               if (!piece) return;
               ReadResult read;
               read.table = *piece;
               read.format = chunks->format();
               found->rows = *piece;
               if (question)
                   found->guess.spec = *question;
               else
                   found->guess = guessExperiment(read, holdout::profile(*piece, context), file.string(), {});
           },
           [this, found] {
               m_head = std::make_shared<const Table>(found->rows);
               m_guess = found->guess;
           },
           JobLane::Aside);
}

void StreamSession::profile() {
    struct Found {
        TableProfile profile;
        std::size_t sampled = 0;
    };
    auto found = std::make_shared<Found>();
    submit(tr("Profiling %1").arg(QString::fromStdString(m_file.filename().string())),
           [found, file = m_file, options = readOptions()](JobContext& context) {
               StreamProfile stream(sampleRows, Seed{1});
               eachPiece(file, options, context, "Profiling rows", [&](const Table& piece) { stream.add(piece); });
               found->profile = stream.finish(context);
               found->sampled = stream.sample().rows();
           },
           [this, found] {
               m_profile = std::make_shared<const TableProfile>(std::move(found->profile));
               m_sampledRows = found->sampled;
           });
}

void StreamSession::sample(std::size_t rows, std::uint64_t seed, const DataHint& hint) {
    const fs::path kept = sampleFile(m_file, rows, seed);
    const fs::path project = m_question ? freshUnnamedPath() : fs::path();
    submit(tr("Drawing rows of %1").arg(QString::fromStdString(m_file.filename().string())),
           [file = m_file, options = readOptions(), kept, rows, seed, question = m_question, project](JobContext& context) {
               RowSample drawn(rows, Seed{seed});
               eachPiece(file, options, context, "Drawing rows", [&](const Table& piece) { drawn.add(piece); });
               context.throwIfStopped();
               const Table sample = drawn.take();
               writeCsv(sample, kept);
               if (question) Project::create(project)->setSpecification(specToJson(ofSample(*question, kept, sample.rows())));
           },
           [this, kept, hint, project] {
               if (!m_question) return m_document.openData(kept, hint, ExperimentDocument::WhenLarge::Read);
               m_document.openProject(project);
               emit m_document.noted(tr("This is a random sample of %1, an experiment of its own without runs. The project is as it was: "
                                        "scores on some of the rows are not compared with those on all.")
                                         .arg(QString::fromStdString(m_file.filename().string())));
           });
}

void StreamSession::train(const ExperimentSpec& spec) {
    m_points = std::make_shared<Points>();
    m_shownPoints = 0;
    m_result.reset();
    m_missing = spec.data.missing;
    auto result = std::make_shared<std::shared_ptr<const StreamResult>>();
    submit(tr("Learning %1").arg(QString::fromStdString(m_file.filename().string())),
           [result, spec, file = m_file, points = m_points, &catalog = m_document.catalog()](JobContext& context) {
               StreamRules rules;
               // Enough pieces for a curve, of small files too.
               std::error_code unknown;
               rules.chunkBytes = std::clamp<std::size_t>(fs::file_size(file, unknown) / 50, std::size_t{1} << 16, kChunkBytes);
               rules.observe = [points](const StreamPoint& point) {
                   const std::lock_guard lock(points->mutex);
                   points->all.push_back(point);
               };
               *result = std::make_shared<const StreamResult>(trainOnStream(spec, file, rules, catalog, context));
           },
           [this, result] {
               m_result = *result;
               emit pointsChanged();
           });
    m_poll.start();
}

std::vector<StreamPoint> StreamSession::points() const {
    if (!m_points) return {};
    const std::lock_guard lock(m_points->mutex);
    return m_points->all;
}

void StreamSession::saveModel(const fs::path& path) const {
    if (!m_result) throw Error("There is no model yet.", {}, "Train one first.");
    nlohmann::json state = m_result->model->save();
    if (!m_missing.empty()) state["missing"] = m_missing;
    writeFileAtomically(path, state.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

fs::path sampleFile(const fs::path& file, std::size_t rows, std::uint64_t seed) {
    std::error_code unknown;
    const std::string changed = std::to_string(fs::last_write_time(file, unknown).time_since_epoch().count());
    const std::string now = fs::absolute(file).string() + '\n' + std::to_string(fs::file_size(file, unknown)) + '\n' + changed;
    const QByteArray key = QCryptographicHash::hash(QByteArray::fromStdString(now), QCryptographicHash::Sha256).toHex().left(keyDigits);
    return ownFolder("samples/" + key.toStdString(), "samples") / (file.stem().string() + " " + std::to_string(rows) + " rows, seed " + std::to_string(seed) + ".csv");
}

}  // namespace holdout

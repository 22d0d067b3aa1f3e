// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/stream_session.h"

#include <QPointer>
#include <mutex>
#include <nlohmann/json.hpp>

#include "data/csv_writer.h"
#include "data/row_sample.h"
#include "data/stream_profile.h"
#include "data/table_chunks.h"
#include "document/own_folder.h"

namespace holdout {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t lookBytes = std::size_t{1} << 20;
constexpr std::size_t sampleRows = 100'000;

/// Calls visit(piece) for each piece, telling the job how far it is.
template <typename Visit>
std::unique_ptr<TableChunks> eachPiece(const fs::path& file, JobContext& context, const char* what, const Visit& visit) {
    std::unique_ptr<TableChunks> chunks = openTableChunks(file, {});
    SilentProgress silent;
    JobContext quiet = context.reporting(silent);
    while (const std::optional<Table> piece = chunks->next(quiet)) {
        visit(*piece);
        context.progress.report(static_cast<double>(chunks->bytesRead()) / static_cast<double>(chunks->bytes()), what);
    }
    return chunks;
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
           [found, file = m_file](JobContext& context) {
               const std::unique_ptr<TableChunks> chunks = openTableChunks(file, {}, lookBytes);
               const std::optional<Table> piece = chunks->next(context);
               if (!piece) return;
               ReadResult read;
               read.table = *piece;
               read.format = chunks->format();
               found->rows = *piece;
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
           [found, file = m_file](JobContext& context) {
               StreamProfile stream(sampleRows, Seed{1});
               eachPiece(file, context, "Profiling rows", [&](const Table& piece) { stream.add(piece); });
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
    submit(tr("Drawing rows of %1").arg(QString::fromStdString(m_file.filename().string())),
           [file = m_file, kept, rows, seed](JobContext& context) {
               RowSample drawn(rows, Seed{seed});
               eachPiece(file, context, "Drawing rows", [&](const Table& piece) { drawn.add(piece); });
               context.throwIfStopped();
               writeCsv(drawn.take(), kept);
           },
           [this, kept, hint] { m_document.openData(kept, hint, ExperimentDocument::WhenLarge::Read); });
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
    return ownFolder("samples", "samples") / (file.stem().string() + " " + std::to_string(rows) + " rows, seed " + std::to_string(seed) + ".csv");
}

}  // namespace holdout

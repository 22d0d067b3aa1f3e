// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiment/project.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <nlohmann/json.hpp>

#include "experiment/records.h"

namespace holdout {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int applicationId = 0x486F6C64;  // "Hold"
constexpr int busyMilliseconds = 5000;

/// migrations[i] takes a file from version i to version i + 1; the first makes an empty one.
constexpr std::array migrations = {
    "CREATE TABLE specification (id INTEGER PRIMARY KEY CHECK (id = 1), spec TEXT NOT NULL);"
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, started TEXT NOT NULL, state TEXT NOT "
    "NULL,"
    " error TEXT NOT NULL DEFAULT '', version TEXT NOT NULL, threads INTEGER NOT NULL, spec TEXT NOT NULL, data BLOB "
    "NOT NULL,"
    " truth BLOB NOT NULL, result BLOB, model BLOB);"
    "CREATE TABLE trial (run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, number INTEGER NOT NULL,"
    " record BLOB NOT NULL, PRIMARY KEY (run, number));"
    "CREATE TABLE fold (run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, repeat INTEGER NOT NULL,"
    " number INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (run, repeat, number));",
    "CREATE TABLE checkpoint (run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE, state BLOB NOT NULL);",
    // No reference to the run: what was seen stays seen when the run is removed.
    "CREATE TABLE opening (id INTEGER PRIMARY KEY AUTOINCREMENT, opened TEXT NOT NULL, run INTEGER NOT NULL);",
};
constexpr int newestVersion = static_cast<int>(migrations.size());

constexpr RunState runStates[] = {RunState::Running, RunState::Finished, RunState::Cancelled, RunState::Failed};

RunState stateFromName(const std::string& name) {
    for (const RunState state : runStates)
        if (runStateName(state) == name) return state;
    return RunState::Failed;
}

/// What SQLite says, as a person can act on it.
[[noreturn]] void throwError(const SQLite::Exception& error, const fs::path& path) {
    const Place place{.file = path.string()};
    switch (error.getErrorCode()) {
        case SQLITE_NOTADB:
            throw Error("This file is no Holdout project.", place, "Choose a file that ends in .holdout.");
        case SQLITE_CANTOPEN:
            throw Error("The project cannot be opened.", place,
                        "Check that its folder exists and that you may read and write it.");
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            throw Error("The project cannot be written.", place,
                        "Make the file and its folder writable, or copy the project to another folder.");
        case SQLITE_FULL:
        case SQLITE_IOERR:
            throw Error("The project cannot be saved: the disk is full or does not answer.", place,
                        "Make room on the disk. What was saved before is safe.");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Error("Another program is writing this project.", place, "Close it there, or wait, and try again.");
        case SQLITE_CORRUPT:
            throw Error("The project is damaged.", place, "Restore it from a copy.");
        default:
            throw Error(std::string("The project cannot be used: ") + error.what() + ".", place);
    }
}

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void bindBlob(SQLite::Statement& statement, int index, const json& record) {
    const std::vector<std::uint8_t> bytes = json::to_cbor(record);
    statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

/// SQLite keeps its log beside the file, so the folder counts as well. A mark against writing binds the
/// administrator too, whom `access` would let write anything.
bool canBeWritten(const fs::path& path) {
    constexpr fs::perms anyWrite = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    const auto isWritable = [](const fs::path& entry) {
        std::error_code error;
        const fs::perms marks = fs::status(entry, error).permissions();
        return !error && (marks & anyWrite) != fs::perms::none && ::access(entry.c_str(), W_OK) == 0;
    };
    return isWritable(path) && isWritable(fs::absolute(path).parent_path());
}

/// The address of a file that nothing will change: SQLite then asks for no log and no lock, which a folder that may not
/// be written could not hold. A log that a crash left behind holds what the file lacks, so it is not passed over.
std::string unchangingAddress(const fs::path& path) {
    std::string address = "file:";
    for (const char c : fs::absolute(path).string()) {
        constexpr char digits[] = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '/' || c == '.' || c == '-' || c == '_')
            address += c;
        else
            (address += '%') += {digits[byte >> 4], digits[byte & 15]};
    }
    std::error_code error;
    const auto log = fs::file_size(path.string() + "-wal", error);
    return address + (error || log == 0 ? "?immutable=1" : "");
}

json blobOf(const SQLite::Column& column) {
    const auto* bytes = static_cast<const std::uint8_t*>(column.getBlob());
    return json::from_cbor(bytes, bytes + column.getBytes());
}

}  // namespace

std::string_view runStateName(RunState state) {
    switch (state) {
        case RunState::Running:
            return "running";
        case RunState::Finished:
            return "finished";
        case RunState::Cancelled:
            return "cancelled";
        case RunState::Failed:
            return "failed";
    }
    return {};
}

struct Project::Impl {
    Impl(fs::path file, int flags) : path(std::move(file)), database(path.string(), flags, busyMilliseconds) {}
    struct ReadOnly {};
    Impl(fs::path file, ReadOnly)
        : path(std::move(file)),
          isReadOnly(true),
          database(unchangingAddress(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, busyMilliseconds) {}

    /// Runs `work` alone, with SQLite's errors and damaged records put into words.
    template <typename Work>
    auto guarded(const Work& work) const {
        const std::lock_guard lock(mutex);
        try {
            return work();
        } catch (const SQLite::Exception& error) {
            throwError(error, path);
        } catch (const json::exception& damage) {
            throw Error(std::string("A record of the project is damaged: ") + damage.what() + ".",
                        {.file = path.string()}, "Restore the project from a copy.");
        }
    }

    /// The same in one transaction.
    template <typename Work>
    auto written(const Work& work) {
        return guarded([&] {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                transaction.commit();
            } else {
                auto value = work();
                transaction.commit();
                return value;
            }
        });
    }

    void prepare() {
        database.exec("PRAGMA foreign_keys = ON");
        // NORMAL in WAL mode syncs at checkpoints only. A commit survives the death of the program, because its pages
        // are with the system by then; after a power cut the last commits may be gone, but the file is whole.
        database.exec("PRAGMA journal_mode = WAL");
        database.exec("PRAGMA synchronous = NORMAL");
        const int version = database.execAndGet("PRAGMA user_version").getInt();
        if (version >= newestVersion) return;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        // Another program may have migrated while this one waited.
        for (int v = database.execAndGet("PRAGMA user_version").getInt(); v < newestVersion; ++v)
            database.exec(migrations[static_cast<std::size_t>(v)]);
        database.exec("PRAGMA application_id = " + std::to_string(applicationId));
        database.exec("PRAGMA user_version = " + std::to_string(newestVersion));
        transaction.commit();
    }

    /// Nothing was ever committed: a program died while it made the project.
    bool isEmpty() { return database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0; }

    void requireProject() {
        if (isEmpty()) return;
        if (database.execAndGet("PRAGMA application_id").getInt() != applicationId)
            throw Error("This file is no Holdout project.", {.file = path.string()},
                        "Choose a file that ends in .holdout.");
        if (const int version = database.execAndGet("PRAGMA user_version").getInt(); version > newestVersion)
            throw Error("The project has format " + std::to_string(version) +
                            ", but this program knows formats up to " + std::to_string(newestVersion) + ".",
                        {.file = path.string()}, "Install a newer version.");
    }

    SQLite::Statement row(const char* sql, std::int64_t run) const {
        SQLite::Statement statement(database, sql);
        statement.bind(1, run);
        if (!statement.executeStep())
            throw Error("There is no run " + std::to_string(run) + " in the project.", {.file = path.string()});
        return statement;
    }

    void insertTrial(std::int64_t run, const Trial& trial) {
        SQLite::Statement insert(database, "INSERT OR REPLACE INTO trial (run, number, record) VALUES (?, ?, ?)");
        insert.bind(1, run);
        insert.bind(2, static_cast<std::int64_t>(trial.number));
        bindBlob(insert, 3, toRecord(trial));
        insert.exec();
    }

    void insertFold(std::int64_t run, const FoldResult& fold) {
        SQLite::Statement insert(database,
                                 "INSERT OR REPLACE INTO fold (run, repeat, number, record) VALUES (?, ?, ?, ?)");
        insert.bind(1, run);
        insert.bind(2, fold.repeat);
        insert.bind(3, fold.index);
        bindBlob(insert, 4, toRecord(fold));
        insert.exec();
    }

    Finished parts(std::int64_t run) const {
        Finished finished;
        SQLite::Statement trials(database, "SELECT record FROM trial WHERE run = ? ORDER BY number");
        trials.bind(1, run);
        while (trials.executeStep()) finished.trials.push_back(trialFromRecord(blobOf(trials.getColumn(0))));
        SQLite::Statement folds(database, "SELECT record FROM fold WHERE run = ? ORDER BY repeat, number");
        folds.bind(1, run);
        while (folds.executeStep()) finished.folds.push_back(foldFromRecord(blobOf(folds.getColumn(0))));
        return finished;
    }

    fs::path path;
    bool isReadOnly = false;
    mutable std::mutex mutex;
    mutable SQLite::Database database;
};

Project::Project(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {
}
Project::~Project() = default;

std::unique_ptr<Project> Project::create(const fs::path& path) {
    if (fs::exists(path))
        throw Error("The file exists already.", {.file = path.string()}, "Open it, or choose another name.");
    try {
        auto impl = std::make_unique<Impl>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        impl->prepare();
        return std::unique_ptr<Project>(new Project(std::move(impl)));
    } catch (const SQLite::Exception& error) {
        throwError(error, path);
    }
}

std::unique_ptr<Project> Project::open(const fs::path& path) {
    if (!fs::exists(path)) throw Error("There is no such file.", {.file = path.string()}, "Check its name.");
    try {
        const bool isReadOnly = !canBeWritten(path);
        auto impl = isReadOnly ? std::make_unique<Impl>(path, Impl::ReadOnly{})
                               : std::make_unique<Impl>(path, SQLite::OPEN_READWRITE);
        impl->requireProject();
        if (!isReadOnly) impl->prepare();
        return std::unique_ptr<Project>(new Project(std::move(impl)));
    } catch (const SQLite::Exception& error) {
        throwError(error, path);
    }
}

bool Project::isReadOnly() const {
    return m_impl->isReadOnly;
}

const fs::path& Project::path() const {
    return m_impl->path;
}

void Project::copyTo(const fs::path& path) {
    m_impl->guarded([&] {
        // The copy is whole under another name before it takes the place of what may be there.
        fs::path partial = path;
        partial += ".part";
        fs::remove(partial);
        try {
            SQLite::Database copy(partial.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            SQLite::Backup(copy, m_impl->database).executeStep();
        } catch (const SQLite::Exception& error) {
            std::error_code ignored;
            fs::remove(partial, ignored);
            throwError(error, path);
        }
        std::error_code failed;
        fs::rename(partial, path, failed);
        if (failed) throw Error("The copy cannot be saved: " + failed.message() + ".", {.file = path.string()});
    });
}

std::optional<json> Project::specification() const {
    return m_impl->guarded([&]() -> std::optional<json> {
        SQLite::Statement select(m_impl->database, "SELECT spec FROM specification");
        if (!select.executeStep()) return std::nullopt;
        return json::parse(select.getColumn(0).getString());
    });
}

void Project::setSpecification(const json& spec) {
    m_impl->written([&] {
        SQLite::Statement insert(m_impl->database, "INSERT OR REPLACE INTO specification (id, spec) VALUES (1, ?)");
        insert.bind(1, dumped(spec));
        insert.exec();
    });
}

std::vector<RunEntry> Project::runs() const {
    return m_impl->guarded([&] {
        std::vector<RunEntry> entries;
        SQLite::Statement select(m_impl->database, "SELECT id, name, started, state, error FROM run ORDER BY id");
        while (select.executeStep())
            entries.push_back({select.getColumn(0).getInt64(), select.getColumn(1).getString(),
                               select.getColumn(2).getString(), stateFromName(select.getColumn(3).getString()),
                               select.getColumn(4).getString()});
        return entries;
    });
}

std::int64_t Project::beginRun(const Run& run) {
    return m_impl->written([&] {
        SQLite::Statement insert(m_impl->database,
                                 "INSERT INTO run (name, started, state, version, threads, spec, data, truth)"
                                 " VALUES (?, ?, 'running', ?, ?, ?, ?, ?)");
        insert.bind(1, run.spec.name);
        insert.bind(2, run.started);
        insert.bind(3, run.version);
        insert.bind(4, run.threads);
        insert.bind(5, dumped(specToJson(run.spec)));
        bindBlob(insert, 6, toRecord(run.data));
        bindBlob(insert, 7, truthToRecord(run));
        insert.exec();
        return static_cast<std::int64_t>(m_impl->database.getLastInsertRowid());
    });
}

void Project::setRunSpecification(std::int64_t run, const json& spec) {
    m_impl->written([&] {
        SQLite::Statement update(m_impl->database, "UPDATE run SET spec = ? WHERE id = ?");
        update.bind(1, dumped(spec));
        update.bind(2, run);
        update.exec();
    });
}

void Project::setRunData(std::int64_t run, const DataRecord& data) {
    m_impl->written([&] {
        SQLite::Statement update(m_impl->database, "UPDATE run SET data = ? WHERE id = ?");
        bindBlob(update, 1, toRecord(data));
        update.bind(2, run);
        update.exec();
    });
}

void Project::recordTrial(std::int64_t run, const Trial& trial) {
    m_impl->written([&] { m_impl->insertTrial(run, trial); });
}

void Project::recordFold(std::int64_t run, const FoldResult& fold) {
    m_impl->written([&] { m_impl->insertFold(run, fold); });
}

void Project::finishRun(std::int64_t run, const Run& result) {
    m_impl->written([&] {
        if (result.study)
            for (const Trial& trial : result.study->trials) m_impl->insertTrial(run, trial);
        for (const FoldResult& fold : result.evaluation.folds) m_impl->insertFold(run, fold);
        SQLite::Statement update(m_impl->database,
                                 "UPDATE run SET state = 'finished', error = '', result = ?, model = ? WHERE id = ?");
        bindBlob(update, 1, resultToRecord(result));
        if (result.model) bindBlob(update, 2, result.model->save());
        update.bind(3, run);
        update.exec();
        SQLite::Statement remove(m_impl->database, "DELETE FROM checkpoint WHERE run = ?");
        remove.bind(1, run);
        remove.exec();
    });
}

void Project::recordCheckpoint(std::int64_t run, const std::string& state) {
    m_impl->written([&] {
        SQLite::Statement insert(m_impl->database, "INSERT OR REPLACE INTO checkpoint (run, state) VALUES (?, ?)");
        insert.bind(1, run);
        insert.bind(2, state.data(), static_cast<int>(state.size()));
        insert.exec();
    });
}

std::string Project::checkpoint(std::int64_t run) const {
    return m_impl->guarded([&] {
        SQLite::Statement query(m_impl->database, "SELECT state FROM checkpoint WHERE run = ?");
        query.bind(1, run);
        if (!query.executeStep()) return std::string();
        const SQLite::Column state = query.getColumn(0);
        return std::string(static_cast<const char*>(state.getBlob()), static_cast<std::size_t>(state.getBytes()));
    });
}

void Project::endRun(std::int64_t run, RunState state, const std::string& error) {
    m_impl->written([&] {
        SQLite::Statement update(m_impl->database, "UPDATE run SET state = ?, error = ? WHERE id = ?");
        update.bind(1, std::string(runStateName(state)));
        update.bind(2, error);
        update.bind(3, run);
        update.exec();
    });
}

void Project::renameRun(std::int64_t run, const std::string& name) {
    m_impl->written([&] {
        SQLite::Statement update(m_impl->database, "UPDATE run SET name = ? WHERE id = ?");
        update.bind(1, name);
        update.bind(2, run);
        update.exec();
    });
}

void Project::removeRun(std::int64_t run) {
    m_impl->written([&] {
        SQLite::Statement remove(m_impl->database, "DELETE FROM run WHERE id = ?");
        remove.bind(1, run);
        remove.exec();
    });
}

std::int64_t Project::recordOpening(std::int64_t run, const std::string& opened) {
    return m_impl->written([&] {
        SQLite::Statement insert(m_impl->database, "INSERT INTO opening (opened, run) VALUES (?, ?)");
        insert.bind(1, opened);
        insert.bind(2, run);
        insert.exec();
        return static_cast<std::int64_t>(m_impl->database.getLastInsertRowid());
    });
}

std::vector<Opening> Project::openings() const {
    return m_impl->guarded([&] {
        std::vector<Opening> openings;
        SQLite::Statement select(m_impl->database, "SELECT opened, run FROM opening ORDER BY id");
        while (select.executeStep()) openings.push_back({select.getColumn(0).getString(), select.getColumn(1).getInt64()});
        return openings;
    });
}

Run Project::loadRun(std::int64_t id, const Catalog& catalog, const SearchRegistry& searches) const {
    return m_impl->guarded([&] {
        const SQLite::Statement row = m_impl->row(
            "SELECT name, started, version, threads, spec, data, truth, result, model, state FROM run WHERE id = ?",
            id);
        if (stateFromName(row.getColumn(9).getString()) != RunState::Finished)
            throw Error("Run " + std::to_string(id) + " is not finished.", {.file = m_impl->path.string()},
                        "Resume it first.");
        Run run;
        run.id = id;
        run.started = row.getColumn(1).getString();
        run.version = row.getColumn(2).getString();
        run.threads = row.getColumn(3).getInt();
        run.spec = specFromJson(json::parse(row.getColumn(4).getString()), catalog, searches);
        run.spec.name = row.getColumn(0).getString();
        run.data = dataFromRecord(blobOf(row.getColumn(5)));
        truthFromRecord(blobOf(row.getColumn(6)), run);
        resultFromRecord(blobOf(row.getColumn(7)), run);
        Finished parts = m_impl->parts(id);
        run.evaluation.folds = std::move(parts.folds);
        if (run.study) run.study->trials = std::move(parts.trials);
        if (!row.getColumn(8).isNull())
            run.model = FittedPipeline::load(blobOf(row.getColumn(8)), catalog.steps, catalog.models);
        return run;
    });
}

json Project::runSpecification(std::int64_t run) const {
    return m_impl->guarded(
        [&] { return json::parse(m_impl->row("SELECT spec FROM run WHERE id = ?", run).getColumn(0).getString()); });
}

DataRecord Project::runData(std::int64_t run) const {
    return m_impl->guarded(
        [&] { return dataFromRecord(blobOf(m_impl->row("SELECT data FROM run WHERE id = ?", run).getColumn(0))); });
}

Finished Project::finishedParts(std::int64_t run) const {
    return m_impl->guarded([&] { return m_impl->parts(run); });
}

void ProjectRecorder::started(const Run& run, std::size_t, std::size_t) {
    if (m_run == 0)
        m_run = m_project.beginRun(run);
    else
        m_project.endRun(m_run, RunState::Running, "");
}

void ProjectRecorder::identified(const DataRecord& data) {
    m_project.setRunData(m_run, data);
}

/// Before the first fold that is trained as long: resumed after a crash, the others must be too.
void ProjectRecorder::endedByHand(const Run& run) {
    m_project.setRunSpecification(m_run, specToJson(run.spec));
}

void ProjectRecorder::trialFinished(const Trial& trial) {
    m_project.recordTrial(m_run, trial);
}

void ProjectRecorder::foldFinished(const FoldResult& fold) {
    m_project.recordFold(m_run, fold);
}

bool ProjectRecorder::isDue() {
    return std::chrono::steady_clock::now() - m_lastKept >= between;
}

void ProjectRecorder::keep(const std::string& state) {
    if (m_run != 0) m_project.recordCheckpoint(m_run, state);
    m_lastKept = std::chrono::steady_clock::now();
}

std::string ProjectRecorder::last() const {
    return m_run == 0 ? std::string() : m_project.checkpoint(m_run);
}

}  // namespace holdout

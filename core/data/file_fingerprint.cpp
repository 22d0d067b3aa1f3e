// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/file_fingerprint.h"

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "data/csv_source.h"

namespace holdout {

namespace {

constexpr std::size_t Step = std::size_t{1} << 20;
/// Digested within a millisecond.
constexpr std::size_t AtOnce = std::size_t{1} << 20;

}  // namespace

struct FileFingerprint::State {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool isBusy = false;
    std::optional<std::string> digits;
    std::optional<Error> error;
    std::shared_ptr<const csv::OpenFile> file;  ///< null once the digits are known
    std::string name;

    /// The end of one's turn, with what came of it: neither digits nor error let the next begin again.
    void endTurn(const std::optional<std::string>& found, const std::optional<Error>& failure) {
        const std::lock_guard lock(mutex);
        isBusy = false;
        digits = found;
        error = failure;
        if (digits || error) file.reset();
        changed.notify_all();
    }

    [[noreturn]] void refuse(const std::string& problem, const std::string& remedy) const { throw Error(problem, {.file = name}, remedy); }

    /// Read, not mapped: a file that is cut short meanwhile gives an error, no signal.
    std::string digest(const csv::OpenFile& open, const std::stop_token& stop) const {
        Digest digest;
        std::vector<char> buffer(std::min(Step, open.size()));
        for (std::size_t at = 0; at < open.size();) {
            if (stop.stop_requested()) throw Cancelled{};
            const ssize_t got = ::pread(open.descriptor(), buffer.data(), std::min(buffer.size(), open.size() - at), static_cast<off_t>(at));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) refuse(std::string("The file cannot be read: ") + std::strerror(errno) + ".", "Check the disk, and open the file again.");
            if (got == 0) break;  // cut short: told below
            digest.add({buffer.data(), static_cast<std::size_t>(got)});
            at += static_cast<std::size_t>(got);
        }
        if (open.hasChanged())
            refuse("The file was written to while it was being read: no fingerprint tells what the table came from.",
                   "Open it again when nothing writes to it, or open a copy of it.");
        return digest.hex();
    }
};

FileFingerprint::FileFingerprint(std::string known) : m_state(std::make_shared<State>()) {
    m_state->digits = std::move(known);
}

FileFingerprint FileFingerprint::of(const csv::MappedFile& file, std::string name) {
    if (file.bytes().size() <= AtOnce) return FileFingerprint(sha256(file.bytes()));
    FileFingerprint fingerprint;
    fingerprint.m_state = std::make_shared<State>();
    fingerprint.m_state->file = file.file();
    fingerprint.m_state->name = std::move(name);
    return fingerprint;
}

std::string FileFingerprint::value(const std::stop_token& stop) const {
    if (!m_state) return {};
    State& state = *m_state;
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, stop, [&] { return !state.isBusy; });
    if (state.digits) return *state.digits;
    if (state.error) throw *state.error;
    if (stop.stop_requested()) throw Cancelled{};
    state.isBusy = true;
    const std::shared_ptr<const csv::OpenFile> file = state.file;
    lock.unlock();
    try {
        const std::string digits = state.digest(*file, stop);
        state.endTurn(digits, std::nullopt);
        return digits;
    } catch (const Error& error) {
        state.endTurn(std::nullopt, error);
        throw;
    } catch (...) {
        state.endTurn(std::nullopt, std::nullopt);
        throw;
    }
}

std::optional<std::string> FileFingerprint::ifKnown() const {
    if (!m_state) return std::string();
    const std::lock_guard lock(m_state->mutex);
    return m_state->digits;
}

std::jthread computeBeside(FileFingerprint fingerprint, std::function<void(const std::string&)> known) {
    return std::jthread([fingerprint = std::move(fingerprint), known = std::move(known)](const std::stop_token& stop) {
        try {
            const std::string digits = fingerprint.value(stop);
            if (known) known(digits);
        } catch (const std::exception&) {
            // Kept for those who ask; or cancelled.
        }
    });
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace holdout {

namespace csv {
class MappedFile;
}

/// SHA-256 of the bytes that a table was read from, 64 hexadecimal digits. Showing or using a table needs none, and for large
/// files it takes a third of the time of reading: so it is computed when the first asks for it, in the thread that asks; others
/// who ask meanwhile wait for that one. A file of up to a megabyte has its own at once.
///
/// It is of the very file that was read: that stays open until then, so that a file put in its place since changes nothing. If
/// the file itself is written to between its opening and the last byte, as size and modification time tell, there is no saying
/// which bytes the table came from: `value` throws Error, now and later.
///
/// Copies share what was computed. Memory: a piece of a megabyte at a time. Threads: any number at once.
class FileFingerprint {
public:
    /// None: of what came from no file.
    FileFingerprint() = default;
    /// One that is known.
    FileFingerprint(std::string known);
    /// Of the file that `file` maps; `name` stands for it in messages. The mapping may go before.
    static FileFingerprint of(const csv::MappedFile& file, std::string name);

    bool isNone() const { return m_state == nullptr; }
    /// The digits; empty for none. Throws Error when the file was changed or cannot be read, Cancelled on `stop`: then the next
    /// to ask begins again.
    std::string value(const std::stop_token& stop = {}) const;
    /// The digits where they are known already; never waits.
    std::optional<std::string> ifKnown() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// Begins to compute it in a thread of its own, beside other work; `known` is called there with the digits. What goes wrong is
/// left to those who ask for the value. The thread ends soon after the object goes.
[[nodiscard]] std::jthread computeBeside(FileFingerprint fingerprint, std::function<void(const std::string&)> known = {});

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/csv_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace holdout {
namespace {

void addCell(std::string& out, std::string_view cell, char delimiter) {
    const bool spaced = !cell.empty() && (cell.front() == ' ' || cell.back() == ' ' || cell.front() == '#');
    const char special[] = {delimiter, '"', '\n', '\r'};
    if (!spaced && cell.find_first_of({special, sizeof special}) == std::string_view::npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

/// A device or a pipe (/dev/stdout) must be written as it is: a file in its place would destroy it.
bool isStream(const std::filesystem::path& path) {
    std::error_code unknown;
    const std::filesystem::file_status status = std::filesystem::status(path, unknown);
    return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status);
}

/// A file under a passing name beside the one wanted; gone unless renamed to it. A stream has no passing name.
class PassingFile {
public:
    explicit PassingFile(const std::filesystem::path& path) : m_path(path) {
        if (isStream(path)) {
            m_file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
        } else {
            m_passing = path.string() + ".XXXXXX";
            m_file = ::mkstemp(m_passing.data());
        }
        if (m_file < 0) fail("The file cannot be written");
    }
    ~PassingFile() {
        if (m_file >= 0) ::close(m_file);
        removePassing();
    }
    PassingFile(const PassingFile&) = delete;
    PassingFile& operator=(const PassingFile&) = delete;

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("The file cannot be written");
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }

    /// Makes what was written the file wanted.
    void finish() {
        if (m_passing.empty()) {
            if (::close(std::exchange(m_file, -1)) != 0) fail("The file cannot be written");
            return;
        }
        struct stat old {};
        if (::stat(m_path.c_str(), &old) == 0) {
            ::fchmod(m_file, old.st_mode & 07777);
        } else {
            const mode_t mask = ::umask(0);
            ::umask(mask);
            ::fchmod(m_file, 0666 & ~mask);
        }
        if (::fsync(m_file) != 0) fail("The file cannot be written");
        const int closed = ::close(std::exchange(m_file, -1));
        if (closed != 0 || ::rename(m_passing.c_str(), m_path.c_str()) != 0) fail("The file cannot be written");
        m_renamed = true;
    }

private:
    void removePassing() const {
        if (!m_renamed && !m_passing.empty()) ::unlink(m_passing.c_str());
    }

    [[noreturn]] void fail(const std::string& problem) {
        const int reason = errno;
        const std::string remedy = reason == ENOSPC || reason == EDQUOT
                                       ? "Free some space or choose another folder; the old file is as it was."
                                       : "Check that the folder exists and that you may write there.";
        // A constructor that throws runs no destructor.
        if (m_file >= 0) ::close(std::exchange(m_file, -1));
        removePassing();
        throw Error(problem + ": " + std::strerror(reason) + ".", {.file = m_path.string()}, remedy);
    }

    std::filesystem::path m_path;
    std::string m_passing;
    int m_file = -1;
    bool m_renamed = false;
};

}  // namespace

std::string toCsv(const Table& table, char delimiter) {
    std::string out;
    const std::vector<ColumnPtr>& columns = table.columns();
    const auto endCell = [&](std::size_t c) { out += c + 1 < columns.size() ? delimiter : '\n'; };
    for (std::size_t c = 0; c < columns.size(); ++c) {
        addCell(out, columns[c]->name(), delimiter);
        endCell(c);
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (!columns[c]->isMissing(row))
                addCell(out, columns[c]->cellText(row), delimiter);
            else if (columns.size() == 1)
                out += "\"\"";  // an empty line would not count as a row
            endCell(c);
        }
    }
    return out;
}

void writeCsv(const Table& table, const std::filesystem::path& path) {
    writeFileAtomically(path, toCsv(table));
}

void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes) {
    PassingFile file(path);
    file.write(bytes);
    file.finish();
}

}  // namespace holdout

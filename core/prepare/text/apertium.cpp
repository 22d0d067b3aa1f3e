// SPDX-License-Identifier: GPL-3.0-or-later
#include "prepare/text/apertium.h"

#include <spawn.h>
#include <sys/wait.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"

extern char** environ;

namespace holdout {
namespace {

namespace fs = std::filesystem;

struct Pivot {
    std::string_view name;
    const char* there;  ///< Apertium's name of the pair from English
    const char* back;
    std::string_view package;
};
constexpr std::array<Pivot, 3> kPivots{{{"spanish", "eng-spa", "spa-eng", "apertium-eng-spa"},
                                        {"catalan", "eng-cat", "cat-eng", "apertium-eng-cat"},
                                        {"galician", "en-gl", "gl-en", "apertium-en-gl"}}};

const Pivot& pivotOf(std::string_view name) {
    return *std::ranges::find(kPivots, name, &Pivot::name);
}

/// A folder of its own below the system's temporary one, which goes with it.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name = (fs::temp_directory_path() / "holdout-XXXXXX").string();
        if (!mkdtemp(name.data()))
            throw Error("No temporary folder can be made.", {.file = name}, "Make room on the disk.");
        m_path = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::string file(const char* name) const { return (m_path / name).string(); }

private:
    fs::path m_path;
};

/// Waits for a process and ends it, with all that it started, when the job is stopped.
int waitFor(pid_t process, const std::stop_token& stop) {
    for (;;) {
        int status = 0;
        const pid_t ended = waitpid(process, &status, WNOHANG);
        if (ended == process) return status;
        if (ended < 0 && errno != EINTR) return -1;
        if (stop.stop_requested()) {
            kill(-process, SIGKILL);
            waitpid(process, &status, 0);
            throw Cancelled{};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void translate(const char* pair, std::string from, std::string to, std::string_view package,
               const std::stop_token& stop) {
    std::string program = "apertium", unmarked = "-u", mode = pair;
    std::array<char*, 6> arguments{program.data(), unmarked.data(), mode.data(), from.data(), to.data(), nullptr};
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // a group of its own, to end it whole
    pid_t process = 0;
    const int problem = posix_spawnp(&process, program.c_str(), nullptr, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    const int status = problem == 0 ? waitFor(process, stop) : -1;
    if (status != 0)
        throw Error("Apertium cannot translate " + mode + ".", {.parameter = "back_translation"},
                    "Install it again: apt install " + std::string(package) + ".");
}

/// One text a paragraph, as Apertium keeps them apart.
void writeParagraphs(const std::vector<std::string>& texts, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    for (std::string text : texts) {
        std::ranges::replace(text, '\n', ' ');
        file << text << "\n\n";
    }
}

std::vector<std::string> readParagraphs(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> texts;
    for (std::string text, blank; std::getline(file, text) && std::getline(file, blank);)
        texts.push_back(std::move(text));
    return texts;
}

}  // namespace

std::string missingTranslator(std::string_view name) {
    const Pivot& pivot = pivotOf(name);
    const fs::path modes = "/usr/share/apertium/modes";
    std::error_code ignored;
    const bool there = fs::exists(modes / (std::string(pivot.there) + ".mode"), ignored) &&
                       fs::exists(modes / (std::string(pivot.back) + ".mode"), ignored);
    return there ? std::string() : std::string(pivot.package);
}

std::vector<std::string> backTranslated(const std::vector<std::string>& texts, std::string_view name,
                                        const std::stop_token& stop) {
    if (const std::string package = missingTranslator(name); !package.empty())
        throw Error("Back translation by way of " + std::string(name) + " is not installed.",
                    {.parameter = "back_translation"}, "Install it: apt install apertium " + package + ".");
    const Pivot& pivot = pivotOf(name);
    const ScratchFolder folder;
    writeParagraphs(texts, folder.file("english"));
    translate(pivot.there, folder.file("english"), folder.file("pivot"), pivot.package, stop);
    translate(pivot.back, folder.file("pivot"), folder.file("back"), pivot.package, stop);
    std::vector<std::string> back = readParagraphs(folder.file("back"));
    if (back.size() != texts.size())
        throw Error(
            "Apertium gave back " + std::to_string(back.size()) + " texts for " + std::to_string(texts.size()) + ".",
            {.parameter = "back_translation"}, "Choose another way of changing texts.");
    return back;
}

}  // namespace holdout

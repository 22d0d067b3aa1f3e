// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "command.h"

namespace {

using namespace holdout;

constexpr int failed = 1, badUsage = 2, interrupted = 130;

void printError(const Error& error, bool asJson) {
    std::fprintf(stderr, "%s\n", error.what());
    if (asJson)
        cli::printJson({{"error", {{"problem", error.problem()}, {"place", error.place().text()}, {"remedy", error.remedy()}}}});
}

/// Waits for Ctrl-C on a thread of its own, where, unlike in a signal handler, stopping is allowed. All other threads
/// inherit the block and never see the signal. SIGTERM ends the watch too.
class Interrupt {
public:
    Interrupt() {
        sigemptyset(&m_signals);
        sigaddset(&m_signals, SIGINT);
        sigaddset(&m_signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
        m_thread = std::thread([this] {
            int signal = 0;
            sigwait(&m_signals, &signal);
            m_stop.request_stop();
        });
    }
    ~Interrupt() {
        pthread_kill(m_thread.native_handle(), SIGTERM);
        m_thread.join();
    }
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    std::stop_token token() const { return m_stop.get_token(); }

private:
    sigset_t m_signals{};
    std::stop_source m_stop;
    std::thread m_thread;
};

}  // namespace

int main(int argc, char** argv) {
    Interrupt interrupt;
    // A full disk then gives an error that can be told, not a death.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    cli::Surroundings with;
    with.stop = interrupt.token();
    int exitCode = 0;
    CLI::App app("Holdout: trains, validates and tunes models without the window.", "holdout-cli");
    app.set_version_flag("--version", "holdout-cli " HOLDOUT_VERSION);
    app.require_subcommand(1);
    app.footer("Examples:\n"
               "  holdout-cli profile titanic.csv\n"
               "  holdout-cli convert sheet.xlsx sheet.csv\n"
               "  holdout-cli catalog models\n"
               "  holdout-cli run titanic.json --project titanic.holdout\n"
               "  holdout-cli predict titanic.holdout new.csv -o predicted.csv\n"
               "  holdout-cli replay titanic.holdout");
    cli::addRun(app, with);
    cli::addProfile(app, with);
    cli::addCatalog(app, with);
    cli::addConvert(app, with);
    cli::addPredict(app, with);
    cli::addReplay(app, with, exitCode);
    cli::addStream(app, with, exitCode);
    cli::addSample(app, with);
    cli::addLearningCurve(app, with);
    cli::addValidationCurve(app, with);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : badUsage;
    } catch (const Error& error) {
        printError(error, with.wantsJson);
        return failed;
    } catch (const Cancelled&) {
        std::fputs("Cancelled. What has finished is kept in the project, if one was given.\n", stderr);
        return interrupted;
    } catch (const std::bad_alloc&) {
        printError(Error("The memory does not suffice.", {}, "Take fewer rows or columns, or a simpler model."), with.wantsJson);
        return failed;
    } catch (const std::exception& error) {
        printError(Error(std::string("An unexpected problem: ") + error.what() + "."), with.wantsJson);
        return failed;
    }
    if (std::fflush(stdout) != 0) {
        printError(Error("The result cannot be written to the standard output.", {}, "Make room on the disk."), false);
        return failed;
    }
    return exitCode;
}

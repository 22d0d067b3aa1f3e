// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "data/csv_writer.h"
#include "toy_data.h"

namespace holdout::test {

/// How a program ended, and what it said.
struct Outcome {
    int code = -1;  ///< -1: it crashed, was killed, or did not end in time
    QString out, err;

    nlohmann::json json() const { return nlohmann::json::parse(out.toStdString()); }
    QByteArray text() const { return (QString::number(code) + "\n" + out + err).toUtf8(); }
};

inline Outcome runProgram(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    const bool ended = process.waitForFinished(120'000);
    const bool isWhole = ended && process.exitStatus() == QProcess::NormalExit;
    return {isWhole ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

inline Outcome cli(const QStringList& arguments) {
    return runProgram(HOLDOUT_CLI, arguments);
}

/// A folder of its own for each test program, with files made from text.
class Folder {
public:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString write(const QString& name, std::string_view text) const {
        std::ofstream stream(path(name).toStdString(), std::ios::binary);
        stream << text;
        return path(name);
    }
    std::string read(const QString& name) const {
        std::ifstream stream(path(name).toStdString(), std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf();
        return text.str();
    }

private:
    QTemporaryDir m_folder;
};

/// What two runs must have in common to the last bit: all but times, threads, the run's number and its start.
inline nlohmann::json lasting(nlohmann::json result) {
    for (const char* const key : {"seconds", "threads", "started", "run"}) result.erase(key);
    if (result.contains("tune"))
        for (nlohmann::json& trial : result["tune"]["trials"]) trial.erase("seconds");
    return result;
}

}  // namespace holdout::test

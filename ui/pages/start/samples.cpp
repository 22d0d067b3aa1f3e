// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/samples.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include "data/csv_writer.h"

namespace holdout {

namespace {

QByteArray resource(const QString& file) {
    QFile source(":/samples/" + file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

}  // namespace

std::vector<Sample> builtinSamples() {
    std::vector<Sample> samples;
    for (const QJsonValue& value : QJsonDocument::fromJson(resource("samples.json")).array()) {
        const QJsonObject object = value.toObject();
        Sample sample{.file = object["file"].toString(),
                      .name = object["name"].toString(),
                      .sentence = object["sentence"].toString(),
                      .kind = object["kind"].toString(),
                      .rows = object["rows"].toInt(),
                      .columns = object["columns"].toInt()};
        sample.hint.target = object["target"].toString().toStdString();
        sample.hint.task = object["task"].toString() == "regression" ? Task::Regression : Task::Classification;
        samples.push_back(std::move(sample));
    }
    return samples;
}

std::filesystem::path extractedSample(const Sample& sample) {
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/samples");
    const std::filesystem::path path = folder.filePath(sample.file).toStdString();
    const QByteArray content = resource(sample.file);
    QFile present(folder.filePath(sample.file));
    if (present.open(QIODevice::ReadOnly) && present.readAll() == content) return path;
    if (!folder.mkpath("."))
        throw Error("The folder of the samples cannot be made.", {.file = folder.path().toStdString()},
                    "Check that you may write there.");
    writeFileAtomically(path, std::string_view(content.constData(), static_cast<std::size_t>(content.size())));
    return path;
}

}  // namespace holdout

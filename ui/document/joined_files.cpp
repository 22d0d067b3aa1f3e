// SPDX-License-Identifier: GPL-3.0-or-later
#include "document/joined_files.h"

#include <QPointer>
#include <algorithm>

#include "base/format.h"
#include "data/csv_writer.h"
#include "data/memory_need.h"
#include "data/row_sample.h"
#include "document/experiment_document.h"
#include "document/own_folder.h"

namespace holdout {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> sortedNames(const fs::path& file) {
    std::vector<std::string> names = columnNames(file);
    std::sort(names.begin(), names.end());
    return names;
}

bool isWords(ColumnType type) {
    return type == ColumnType::Text || type == ColumnType::Category;
}

/// `column` as the same column of another file has it, where nothing is lost by that.
ColumnPtr alike(const ColumnPtr& column, const Column& other, const std::string& file) {
    if (column->type() == other.type()) return column;
    const bool says = column->missing().count() < column->rows();
    if (says && !(isWords(column->type()) && isWords(other.type())))
        throw Error("The column holds " + std::string(columnTypeName(column->type())) + " cells here and " + std::string(columnTypeName(other.type())) +
                        " cells in the first file.",
                    {.file = file, .column = column->name()}, "Open the files one by one and see which is read as it is meant.");
    std::size_t lost = 0;
    return retyped(column, other.type(), lost);
}

/// A column that is empty in the first file, or a category there and a text in another, takes the other's type.
Table widened(Table first, const Table& second, const std::string& file) {
    for (std::size_t i = 0; i < first.columnCount(); ++i) {
        const Column& other = second.column(requireColumn(second, first.column(i).name(), "columns"));
        const Column& own = first.column(i);
        const bool isEmpty = own.missing().count() == own.rows();
        if (isEmpty || (own.type() == ColumnType::Category && other.type() == ColumnType::Text)) first = first.withColumn(i, alike(first.columnPtr(i), other, file));
    }
    return first;
}

Table together(const std::vector<fs::path>& files, JobContext& context) {
    SilentProgress silent;
    JobContext quiet = context.reporting(silent);
    Table all;
    for (std::size_t i = 0; i < files.size(); ++i) {
        context.progress.report(static_cast<double>(i) / static_cast<double>(files.size()), "Reading " + files[i].filename().string());
        Table next = readTable(files[i], {}, quiet).table;
        if (i == 0) {
            all = std::move(next);
            continue;
        }
        const std::string name = files[i].filename().string();
        all = widened(std::move(all), next, name);
        for (std::size_t c = 0; c < next.columnCount(); ++c)
            next = next.withColumn(c, alike(next.columnPtr(c), all.column(requireColumn(all, next.column(c).name(), "columns")), name));
        all = appendAlike(all, next);
    }
    return all;
}

fs::path joinedFile(const std::vector<fs::path>& files) {
    return unusedPath(ownFolder("joined", "joined tables"), files.front().stem().string() + " and " + std::to_string(files.size() - 1) + " more", ".csv");
}

}  // namespace

bool haveSameColumns(const std::vector<fs::path>& files) {
    if (files.size() < 2) return false;
    const std::vector<std::string> first = sortedNames(files.front());
    return !first.empty() && std::all_of(files.begin() + 1, files.end(), [&](const fs::path& file) { return sortedNames(file) == first; });
}

void openTogether(ExperimentDocument& document, const std::vector<fs::path>& files) {
    const fs::path path = joinedFile(files);
    const QPointer<ExperimentDocument> self(&document);
    JobQueue::Request request;
    request.title = QObject::tr("Putting %1 files together").arg(files.size());
    request.work = [files, path](JobContext& context) {
        const Table all = together(files, context);
        context.throwIfStopped();
        writeCsv(all, path);
    };
    request.done = [self, path] {
        if (self) self->openData(path);
    };
    request.failed = [self](const Error& error) {
        if (self) emit self->failed(QString::fromStdString(error.problem()), QString::fromStdString(error.place().text()), QString::fromStdString(error.remedy()));
    };
    document.jobs().submit(std::move(request));
}

}  // namespace holdout

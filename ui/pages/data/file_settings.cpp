// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/file_settings.h"

#include <QComboBox>
#include <QFile>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <functional>

#include "data/csv_source.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "pages/data/file_words.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr std::size_t mostWarnings = 50;
constexpr qint64 headBytes = 8 * 1024;
constexpr qsizetype headLines = 30;
constexpr std::array headers = {true, false};
const QStringList textKinds = {"csv", "tsv"};
const QStringList tableKinds = {"csv", "tsv", "xlsx"};
const QStringList everyKind = {"csv", "tsv", "xlsx", "sqlite", "arff", "json-lines"};

/// Fills `box` with "detected (…)" and the `values`; the first stands for "not set".
template <typename Values>
void fill(QComboBox* box, const Values& values, const std::function<QString(typename Values::value_type)>& word,
          typename Values::value_type detected, const std::optional<typename Values::value_type>& set) {
    const QSignalBlocker blocker(box);
    box->clear();
    box->addItem(set ? QObject::tr("detect") : QObject::tr("detected: %1").arg(word(detected)));
    int current = 0;
    for (const auto value : values) {
        box->addItem(word(value));
        if (set && *set == value) current = box->count() - 1;
    }
    box->setCurrentIndex(current);
}

template <typename Values>
std::optional<typename Values::value_type> chosen(const Values& values, int index) {
    if (index == 0) return std::nullopt;
    return values[static_cast<std::size_t>(index - 1)];
}

QString headerWord(bool header) {
    return header ? QObject::tr("first line") : QObject::tr("none");
}

/// The parts of a file, with the one that is read chosen.
void fillParts(QComboBox* box, const CsvFormat& format) {
    const QSignalBlocker blocker(box);
    box->clear();
    for (const std::string& part : format.parts) box->addItem(QString::fromStdString(part));
    box->setCurrentIndex(box->findText(QString::fromStdString(format.part)));
}

}  // namespace

FileSettings::FileSettings(ExperimentDocument& document, QWidget* parent) : QWidget(parent), m_document(document) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(14);
    m_heading = makeLabel(tr("How the file is read"), "heading", QStringLiteral("section"), this);
    column->addWidget(m_heading);
    m_grid = settingsGrid();
    column->addLayout(m_grid);
    buildParts();
    buildMarks();
    buildLayout();

    m_warnings = makeLabel({}, "state", QStringLiteral("warn"), this);
    m_warnings->setProperty("small", true);
    m_warnings->setTextFormat(Qt::PlainText);
    m_warnings->setWordWrap(true);
    m_warnings->setTextInteractionFlags(Qt::TextSelectableByMouse);
    buildFold(m_unfold, "unfoldWarnings", m_warnings);
    m_head = new QPlainTextEdit(this);
    m_head->setObjectName("fileHead");
    m_head->setAccessibleName(tr("The first lines of the file"));
    m_head->setReadOnly(true);
    m_head->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_head->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_head->setFixedHeight(180);
    m_head->setTabStopDistance(4 * m_head->fontMetrics().horizontalAdvance(' '));
    buildFold(m_unfoldHead, "unfoldHead", m_head);
    m_unfoldHead->setText(tr("The first lines of the file"));
    connect(m_unfoldHead, &QToolButton::toggled, this, &FileSettings::refreshHead);
}

void FileSettings::addField(const QString& text, QWidget* editor, const char* name, const QStringList& kinds) {
    editor->setObjectName(name);
    QLabel* caption = makeLabel(text, "muted", true, this);
    caption->setMinimumWidth(112);
    caption->setBuddy(editor);
    const int row = m_grid->rowCount();
    m_grid->addWidget(caption, row, 0);
    m_grid->addWidget(editor, row, 1);
    m_fields.push_back({caption, editor, kinds});
}

QComboBox* FileSettings::addChoice(const QString& text, const char* name, const QStringList& kinds) {
    auto* box = new QComboBox(this);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    ignoreStrayWheel(box);
    addField(text, box, name, kinds);
    return box;
}

QLineEdit* FileSettings::addLine(const QString& text, const char* name, const QString& help, const QStringList& kinds) {
    auto* line = new QLineEdit(this);
    line->setToolTip(help);
    addField(text, line, name, kinds);
    return line;
}

QSpinBox* FileSettings::addCount(const QString& text, const char* name, int least, int most, const QStringList& kinds) {
    auto* count = new QSpinBox(this);
    count->setRange(least, most);
    count->setKeyboardTracking(false);
    ignoreStrayWheel(count);
    addField(text, count, name, kinds);
    return count;
}

void FileSettings::edit(const QString& what, const std::function<void(DataSpec&)>& change) {
    m_document.edit(what, [&](ExperimentSpec& spec) { change(spec.data); });
}

void FileSettings::buildParts() {
    m_sheet = addChoice(tr("Sheet"), "sheet", {"xlsx"});
    m_table = addChoice(tr("Table"), "table", {"sqlite"});
    m_query = addLine(tr("Query"), "query", tr("One SELECT over the tables of the file, in place of a whole table."), {"sqlite"});
    m_query->setPlaceholderText(tr("SELECT …"));
    connect(m_sheet, &QComboBox::textActivated, this, [this](const QString& name) {
        edit(tr("choose the sheet"), [&](DataSpec& spec) {
            spec.sheet = name.toStdString();
            spec.types.clear();  // of the columns of another sheet
        });
    });
    connect(m_table, &QComboBox::textActivated, this, [this](const QString& name) {
        edit(tr("choose the table"), [&](DataSpec& spec) {
            spec.table = name.toStdString();
            spec.query.clear();
            spec.types.clear();
        });
    });
    connect(m_query, &QLineEdit::editingFinished, this, [this] {
        const std::string query = m_query->text().trimmed().toStdString();
        if (query != m_document.spec().data.query) edit(tr("set the query"), [&](DataSpec& spec) { spec.query = query; });
    });
}

void FileSettings::buildMarks() {
    m_delimiter = addChoice(tr("Delimiter"), "delimiter", textKinds);
    m_quote = addChoice(tr("Quote"), "quote", textKinds);
    m_escape = addChoice(tr("Escape"), "escape", textKinds);
    m_comment = addChoice(tr("Remarks begin with"), "comment", textKinds);
    m_decimal = addChoice(tr("Decimal mark"), "decimal", textKinds);
    m_thousands = addChoice(tr("Thousands mark"), "thousands", tableKinds);
    m_encoding = addChoice(tr("Encoding"), "encoding", textKinds + QStringList{"texts"});
    connect(m_delimiter, &QComboBox::activated, this, [this](int index) {
        edit(tr("set the delimiter"), [=](DataSpec& spec) { spec.delimiter = chosen(delimiters, index); });
    });
    connect(m_quote, &QComboBox::activated, this,
            [this](int index) { edit(tr("set the quote"), [=](DataSpec& spec) { spec.quote = chosen(quotes, index); }); });
    connect(m_escape, &QComboBox::activated, this,
            [this](int index) { edit(tr("set the escape sign"), [=](DataSpec& spec) { spec.escape = chosen(escapes, index); }); });
    connect(m_comment, &QComboBox::activated, this,
            [this](int index) { edit(tr("set the sign of remarks"), [=](DataSpec& spec) { spec.comment = chosen(comments, index); }); });
    connect(m_decimal, &QComboBox::activated, this, [this](int index) {
        edit(tr("set the decimal mark"), [=](DataSpec& spec) { spec.decimal = chosen(decimals, index); });
    });
    connect(m_thousands, &QComboBox::activated, this, [this](int index) {
        edit(tr("set the thousands mark"), [=](DataSpec& spec) { spec.thousands = chosen(thousandsMarks, index); });
    });
    connect(m_encoding, &QComboBox::activated, this, [this](int index) {
        edit(tr("set the encoding"), [=](DataSpec& spec) { spec.encoding = chosen(encodings, index); });
    });
}

void FileSettings::buildLayout() {
    m_skip = addCount(tr("Lines to skip"), "skip", 0, 1'000'000, tableKinds);
    m_skip->setToolTip(tr("Lines above the table that are none of its rows: titles, remarks."));
    m_header = addChoice(tr("Column names"), "header", tableKinds);
    m_headerRows = addCount(tr("Rows of names"), "headerRows", 1, 9, tableKinds);
    m_headerRows->setToolTip(tr("Where names stand in several rows, their words are joined."));
    m_missing = addLine(tr("Missing codes"), "missing",
                        tr("The texts that stand for a missing cell, separated by commas, in place of those detected. "
                           "An empty cell always is missing."),
                        everyKind);
    m_missing->setPlaceholderText(tr("detect"));
    connect(m_skip, &QSpinBox::valueChanged, this, [this](int lines) {
        edit(tr("skip lines"), [=](DataSpec& spec) { spec.skip = static_cast<std::uint64_t>(lines); });
    });
    connect(m_header, &QComboBox::activated, this, [this](int index) {
        edit(tr("set where column names are"), [=](DataSpec& spec) { spec.header = chosen(headers, index); });
    });
    connect(m_headerRows, &QSpinBox::valueChanged, this, [this](int rows) {
        edit(tr("set the rows of names"), [=](DataSpec& spec) {
            spec.headerRows = rows == 1 ? std::nullopt : std::optional<std::uint64_t>(rows);
        });
    });
    connect(m_missing, &QLineEdit::editingFinished, this, &FileSettings::enterMissing);
}

/// A button that shows and hides `folded` below it.
void FileSettings::buildFold(QToolButton*& fold, const char* name, QWidget* folded) {
    fold = new QToolButton(this);
    fold->setObjectName(name);
    fold->setCheckable(true);
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold->setArrowType(Qt::RightArrow);
    folded->hide();
    connect(fold, &QToolButton::toggled, this, [button = fold, folded](bool on) {
        button->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
        folded->setVisible(on);
    });
    layout()->addWidget(fold);
    layout()->addWidget(folded);
}

void FileSettings::refresh() {
    if (!m_document.data()) return;
    const QString kind = QString::fromStdString(m_document.data()->format.kind);
    bool hasAny = !m_document.data()->warnings.empty();
    for (const Field& field : m_fields) {
        const bool isFor = field.kinds.contains(kind);
        field.caption->setVisible(isFor);
        field.editor->setVisible(isFor);
        hasAny = hasAny || isFor;
    }
    m_heading->setVisible(hasAny);
    refreshMarks();
    refreshLayout();
    refreshParts();
    refreshWarnings();
    m_unfoldHead->setVisible(textKinds.contains(kind) && m_document.data()->format.packed.empty());
    m_head->setVisible(m_unfoldHead->isVisibleTo(this) && m_unfoldHead->isChecked());
    refreshHead();
}

void FileSettings::refreshMarks() {
    const DataSpec& spec = m_document.spec().data;
    const CsvFormat& format = m_document.data()->format;
    fill(m_delimiter, delimiters, delimiterWord, format.delimiter, spec.delimiter);
    fill(m_quote, quotes, markWord, format.quote, spec.quote);
    fill(m_escape, escapes, markWord, format.escape, spec.escape);
    fill(m_comment, comments, markWord, format.comment, spec.comment);
    fill(m_decimal, decimals, decimalWord, format.decimal, spec.decimal);
    fill(m_thousands, thousandsMarks, markWord, format.thousands, spec.thousands);
    fill(m_encoding, encodings, [](Encoding encoding) { return fromCore(encodingName(encoding)); }, format.encoding, spec.encoding);
}

void FileSettings::refreshLayout() {
    const DataSpec& spec = m_document.spec().data;
    const CsvFormat& format = m_document.data()->format;
    fill(m_header, headers, headerWord, format.header, spec.header);
    const QSignalBlocker skipBlocker(m_skip), rowsBlocker(m_headerRows);
    m_skip->setValue(static_cast<int>(spec.skip.value_or(format.skip)));
    m_headerRows->setValue(static_cast<int>(spec.headerRows.value_or(format.headerRows)));
    QStringList codes;
    for (const std::string& code : spec.missing) codes << QString::fromStdString(code);
    const QString text = codes.join(QStringLiteral(", "));
    if (m_missing->text() != text && !m_missing->hasFocus()) m_missing->setText(text);
}

void FileSettings::refreshParts() {
    const CsvFormat& format = m_document.data()->format;
    fillParts(m_sheet, format);
    fillParts(m_table, format);
    const QString query = QString::fromStdString(m_document.spec().data.query);
    if (!m_query->hasFocus() && m_query->text() != query) m_query->setText(query);
}

void FileSettings::refreshWarnings() {
    const Warnings& warnings = m_document.data()->warnings;
    m_unfold->setVisible(!warnings.empty());
    m_warnings->setVisible(!warnings.empty() && m_unfold->isChecked());
    m_unfold->setText(warnings.size() == 1 ? tr("One remark on the file") : tr("%1 remarks on the file").arg(warnings.size()));
    QStringList lines;
    for (std::size_t i = 0; i < std::min(mostWarnings, warnings.size()); ++i) lines << fromCore(warnings[i].text());
    if (warnings.size() > mostWarnings) lines << tr("and %1 more").arg(warnings.size() - mostWarnings);
    m_warnings->setText(lines.join('\n'));
}

/// A few kilobytes, which the window may read by itself.
void FileSettings::refreshHead() {
    if (!m_unfoldHead->isChecked() || !m_document.data()) return;
    QFile file(QString::fromStdString(m_document.dataPath().string()));
    const std::string bytes = file.open(QIODevice::ReadOnly) ? file.read(headBytes).toStdString() : std::string();
    const Encoding encoding = m_document.data()->format.encoding;
    QStringList lines = fromCore(csv::toUtf8(csv::withoutMark(bytes, encoding), encoding)).split('\n');
    // Lines of rows could be of sealed ones, which no page shows.
    const CsvFormat& format = m_document.data()->format;
    const auto headings = static_cast<qsizetype>(format.skip + (format.header ? format.headerRows : 0));
    const qsizetype shown = m_document.data()->sealed ? std::min<qsizetype>(headings, headLines) : headLines;
    if (lines.size() > shown) lines = lines.mid(0, shown) << (m_document.data()->sealed ? tr("(rows are sealed: lines of the file are not shown)") : QString(QChar(0x2026)));
    const QString text = lines.join('\n').remove('\r');
    if (m_head->toPlainText() != text) m_head->setPlainText(text);
}

void FileSettings::enterMissing() {
    std::vector<std::string> codes;
    for (const QString& code : m_missing->text().split(',', Qt::SkipEmptyParts))
        if (!code.trimmed().isEmpty()) codes.push_back(code.trimmed().toStdString());
    if (codes != m_document.spec().data.missing) edit(tr("set the missing codes"), [&](DataSpec& spec) { spec.missing = codes; });
}

}  // namespace holdout

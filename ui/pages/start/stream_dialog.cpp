// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/stream_dialog.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <cmath>

#include "base/format.h"
#include "charts/chart_card.h"
#include "forms/choice_box.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "insight/stream_charts.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr QSize windowSize{1080, 720};
constexpr int choicesWidth = 320;
constexpr std::size_t mostFindings = 30;
/// Of the columns of the profile: from "missing" to "mean".
constexpr int firstNumber = 2, lastNumber = 7;
constexpr int shownDigits = 6, tileDigits = 3, intervalDigits = 2;

QString count(std::int64_t value) {
    return fromCore(formatCount(value));
}

QString number(const std::optional<double>& value) {
    return value ? fromCore(formatNumber(*value, shownDigits)) : QString();
}

/// A line below a caption; empty where there is no interval.
QString intervalWords(const ScoreSummary& score) {
    if (!std::isfinite(score.low) || !std::isfinite(score.high)) return {};
    return StreamDialog::tr("\n95 %: %1 – %2").arg(fromCore(formatNumber(score.low, intervalDigits)), fromCore(formatNumber(score.high, intervalDigits)));
}

QStringList cellsOf(const ColumnProfile& column) {
    return {QString::fromStdString(column.name),
            fromCore(columnTypeName(column.type)),
            count(column.missing),
            count(column.distinct),
            column.first.empty() ? number(column.min) : QString::fromStdString(column.first),
            number(column.median),
            column.last.empty() ? number(column.max) : QString::fromStdString(column.last),
            column.type == ColumnType::Number ? number(column.mean) : QString(),
            column.top.empty() ? QString() : QString::fromStdString(column.top.front().level)};
}

}  // namespace

StreamDialog::StreamDialog(ExperimentDocument& document, std::filesystem::path file, QWidget* parent)
    : QDialog(parent), m_session(document, std::move(file)), m_tabs(new QTabWidget(this)), m_progress(new QProgressBar(this)),
      m_what(quietLabel({}, this)), m_problem(problemLabel(this)), m_stop(new QPushButton(tr("Stop"), this)) {
    setObjectName("streamDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("%1 — read in pieces").arg(QString::fromStdString(m_session.file().filename().string())));
    resize(windowSize);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    m_problem->setObjectName("streamProblem");
    column->addWidget(m_problem);
    m_tabs->addTab(buildProfile(), tr("Profile"));
    m_tabs->addTab(buildTraining(), tr("Learn row by row"));
    column->addWidget(m_tabs, 1);
    auto* below = new QHBoxLayout;
    m_what->setWordWrap(false);
    m_progress->setObjectName("streamProgress");
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_stop->setObjectName("streamStop");
    below->addWidget(m_what);
    below->addWidget(m_progress, 1);
    below->addWidget(m_stop);
    column->addLayout(below);
    connect(m_stop, &QPushButton::clicked, &m_session, &StreamSession::cancel);
    connect(&m_session, &StreamSession::changed, this, &StreamDialog::refresh);
    connect(&m_session, &StreamSession::pointsChanged, this, &StreamDialog::showCurve);
    connect(&m_session, &StreamSession::failed, this, [this](const QString& problem, const QString& where, const QString& remedy) {
        m_problem->setText((where.isEmpty() ? QString() : where + ": ") + problem + ' ' + remedy);
        m_problem->show();
    });
    connect(&document.jobs(), &JobQueue::changed, this, [this] {
        for (const JobSnapshot& job : m_session.document().jobs().active())
            if (job.id == m_session.job()) {
                m_progress->setValue(static_cast<int>(1000 * job.fraction));
                m_what->setText(job.what.isEmpty() ? job.title : job.what);
            }
    });
    m_session.look();
}

QWidget* StreamDialog::buildProfile() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    m_profileSentence = quietLabel(tr("The profile goes over all rows once."), page);
    m_profileSentence->setObjectName("profileSentence");
    column->addWidget(m_profileSentence);
    const QStringList heads = {tr("column"), tr("type"), tr("missing"), tr("distinct"), tr("least"), tr("median"), tr("greatest"), tr("mean"), tr("most frequent")};
    m_columns = new QTableWidget(0, static_cast<int>(heads.size()), page);
    m_columns->setObjectName("streamColumns");
    m_columns->setAccessibleName(tr("What the columns hold"));
    m_columns->setHorizontalHeaderLabels(heads);
    m_columns->verticalHeader()->hide();
    m_columns->setShowGrid(false);
    m_columns->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_columns->horizontalHeader()->setSectionResizeMode(static_cast<int>(heads.size()) - 1, QHeaderView::Stretch);
    m_columns->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int i = firstNumber; i <= lastNumber; ++i) m_columns->horizontalHeaderItem(i)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_columns->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_columns->setSelectionMode(QAbstractItemView::NoSelection);
    column->addWidget(m_columns, 2);
    m_findings = makeLabel({}, "muted", true, page);
    m_findings->setObjectName("streamFindings");
    m_findings->setTextFormat(Qt::PlainText);
    m_findings->setWordWrap(true);
    m_findings->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_findings->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* scroll = new QScrollArea(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(m_findings);
    column->addWidget(scroll, 1);
    return page;
}

QWidget* StreamDialog::buildTraining() {
    auto* page = new QWidget(this);
    auto* row = new QHBoxLayout(page);
    row->setSpacing(16);
    auto* column = new QVBoxLayout;
    m_curve = new ChartCard(tr("The score of each piece appears here, before the model learns from it."), page);
    m_curve->setObjectName("prequential");
    m_curve->setMinimumHeight(280);
    column->addWidget(m_curve, 1);
    m_scores = new TileStrip(page);
    m_scores->setObjectName("streamScores");
    m_scores->hide();
    column->addWidget(m_scores);
    m_remarks = quietLabel({}, page);
    m_remarks->setObjectName("streamRemarks");
    column->addWidget(m_remarks);
    row->addLayout(column, 1);
    auto* scroll = new QScrollArea(page);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFixedWidth(choicesWidth);
    scroll->setWidget(buildChoices());
    auto* choices = new QVBoxLayout;
    choices->addWidget(scroll, 1);
    choices->addWidget(m_train);
    choices->addWidget(m_save);
    row->addLayout(choices);
    return page;
}

QWidget* StreamDialog::buildChoices() {
    auto* panel = new QWidget(this);
    auto* column = new QVBoxLayout(panel);
    column->setSpacing(12);
    auto* grid = settingsGrid();
    int row = 0;
    for (const auto& [box, name, words] : {std::tuple{&m_target, "streamTarget", tr("Predict")}, {&m_model, "streamModel", tr("Model")}, {&m_metric, "streamMetric", tr("Score shown")}}) {
        *box = new ChoiceBox(panel);
        (*box)->setObjectName(name);
        ignoreStrayWheel(*box);
        QLabel* caption = settingsLabel(words, panel);
        caption->setBuddy(*box);
        grid->addWidget(caption, row, 0);
        grid->addWidget(*box, row++, 1);
    }
    column->addLayout(grid);
    m_form = new ParamForm(panel);
    column->addWidget(m_form);
    column->addWidget(quietLabel(tr("The preparation and the classes are those of the first piece. Each tenth row is held out, never learnt from, and scored in the end."), panel));
    m_train = new QPushButton(tr("Train"), this);
    m_train->setObjectName("streamTrain");
    m_train->setProperty("primary", true);
    m_save = new QPushButton(tr("Save the model…"), this);
    m_save->setObjectName("streamSave");
    m_save->setToolTip(tr("As holdout-cli predict reads it"));
    column->addStretch(1);
    connect(m_target, &QComboBox::activated, this, &StreamDialog::fillModels);
    connect(m_model, &QComboBox::activated, this, &StreamDialog::showModel);
    connect(m_metric, &QComboBox::activated, this, &StreamDialog::showCurve);
    connect(m_form, &ParamForm::edited, this, [this](const QString& id, const ParamValue& value) {
        m_params.set(id.toStdString(), value);
        m_form->setParams(m_session.document().catalog().models.require(m_model->currentData().toString().toStdString()).params, m_params);
    });
    connect(m_train, &QPushButton::clicked, this, &StreamDialog::startTraining);
    connect(m_save, &QPushButton::clicked, this, &StreamDialog::saveModel);
    return panel;
}

void StreamDialog::ask(const ExperimentSpec& question) {
    m_session.ask(question);
    m_session.look();  // anew, as the project says that the file is read
}

void StreamDialog::showProfile() {
    m_tabs->setCurrentIndex(0);
    m_wantsProfile = true;
    if (m_session.head()) refresh();
}

void StreamDialog::showTraining() {
    m_tabs->setCurrentIndex(1);
}

void StreamDialog::drawSample(std::size_t rows, std::uint64_t seed, const DataHint& hint) {
    m_isSampling = true;
    attempt([&] { m_session.sample(rows, seed, hint); });
}

/// A finished first look goes on with what the person came for.
void StreamDialog::refresh() {
    const bool isBusy = m_session.job() != 0;
    for (QWidget* part : {static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_what), static_cast<QWidget*>(m_stop)}) part->setVisible(isBusy);
    m_train->setEnabled(!isBusy && m_session.head() != nullptr);
    m_save->setVisible(m_session.result() != nullptr);
    if (isBusy) {
        m_progress->setValue(0);
        return;
    }
    if (m_isSampling) {
        if (!m_problem->text().isEmpty()) return;
        close();
        return;
    }
    if (m_session.head() && !m_isFilled) {
        m_isFilled = true;
        fillTargets();
    }
    if (m_session.profileResult()) fillProfile();
    showScores();
    if (m_wantsProfile && m_session.head()) {
        m_wantsProfile = false;
        m_session.profile();
    }
}

void StreamDialog::fillProfile() {
    const TableProfile& profile = *m_session.profileResult();
    const auto sampled = static_cast<std::int64_t>(m_session.sampledRows());
    QString sentence = tr("%1 rows, %2 columns, %3 cells missing.").arg(count(profile.rows)).arg(profile.columns.size()).arg(count(profile.missingCells));
    if (sampled < profile.rows)
        sentence += ' ' + tr("Medians, distinct numbers and texts, and the findings are of a random sample of %1 rows; all else is of all rows.").arg(count(sampled));
    m_profileSentence->setText(sentence);
    m_columns->setRowCount(static_cast<int>(profile.columns.size()));
    for (int row = 0; row < m_columns->rowCount(); ++row) {
        const QStringList cells = cellsOf(profile.columns[static_cast<std::size_t>(row)]);
        for (int column = 0; column < cells.size(); ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            if (column >= firstNumber && column <= lastNumber) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_columns->setItem(row, column, item);
        }
    }
    QStringList lines;
    for (const Finding& finding : profile.findings)
        if (static_cast<std::size_t>(lines.size()) < mostFindings)
            lines << (finding.column.empty() ? QString() : QString::fromStdString(finding.column) + ": ") + QString::fromStdString(finding.sentence);
    if (profile.findings.size() > mostFindings) lines << tr("and %1 more").arg(profile.findings.size() - mostFindings);
    m_findings->setText(lines.join('\n'));
}

void StreamDialog::fillTargets() {
    for (const ColumnPtr& column : m_session.head()->columns()) m_target->addItem(QString::fromStdString(column->name()));
    m_target->setCurrentIndex(m_target->findText(QString::fromStdString(m_session.guess().spec.data.roles.target)));
    fillModels();
}

std::optional<Task> StreamDialog::task() const {
    if (!m_session.head()) return std::nullopt;
    const auto target = m_session.head()->indexOf(m_target->currentText().toStdString());
    return target ? std::optional(guessTask(m_session.head()->column(*target))) : std::nullopt;
}

/// Those that go on with new rows, and fit what is predicted.
void StreamDialog::fillModels() {
    const auto now = task();
    const QString before = m_model->currentData().toString();
    m_model->clear();
    if (!now) return;
    for (const ModelInfo& info : m_session.document().catalog().models.all())
        if (info.can.update && info.refusal(*now, false).empty()) m_model->addItem(fromCore(info.label), fromCore(info.id));
    const QString asked = QString::fromStdString(m_session.guess().spec.pipeline.model.id);
    const QString usual = m_model->findData(asked) >= 0 ? asked : QStringLiteral("sgd");
    const int same = m_model->findData(before.isEmpty() ? usual : before);
    m_model->setCurrentIndex(std::max(0, same));
    fillMetrics(*now);
    showModel();
}

void StreamDialog::fillMetrics(Task now) {
    const MetricRegistry& metrics = m_session.document().catalog().metrics;
    m_metric->clear();
    for (const std::string& id : metrics.defaults(now)) m_metric->addItem(fromCore(metrics.require(id).label), QString::fromStdString(id));
}

void StreamDialog::showModel() {
    const std::string id = m_model->currentData().toString().toStdString();
    const ModelInfo* info = m_session.document().catalog().models.find(id);
    if (!info) return;
    const ModelSpec& asked = m_session.guess().spec.pipeline.model;
    m_params = asked.id == id ? asked.params : ParamSet{};
    m_form->setParams(info->params, m_params);
    m_model->setToolTip(fromCore(info->sentence));
}

ExperimentSpec StreamDialog::specification() const {
    ExperimentSpec spec = m_session.guess().spec;
    spec.data.sealed.reset();
    spec.tune.reset();
    Roles& roles = spec.data.roles;
    const std::string target = m_target->currentText().toStdString();
    if (target != roles.target) {
        roles.target = target;
        std::erase(roles.ignored, target);
        spec.data.task.reset();
        spec.pipeline.prepare = recipeFor(*m_session.head(), roles);
    }
    spec.pipeline.model = {.id = m_model->currentData().toString().toStdString()};
    spec.pipeline.model.params = m_params;
    return spec;
}

void StreamDialog::startTraining() {
    m_problem->hide();
    m_problem->clear();
    m_curve->clear();
    m_scores->hide();
    m_remarks->clear();
    attempt([this] { m_session.train(specification()); });
}

void StreamDialog::showCurve() {
    const MetricInfo* metric = m_session.document().catalog().metrics.find(m_metric->currentData().toString().toStdString());
    if (metric) m_curve->setChart(prequentialCurve(m_session.points(), *metric));
}

void StreamDialog::showScores() {
    const auto result = m_session.result();
    m_scores->setVisible(result != nullptr);
    if (!result) return;
    std::vector<TileStrip::Tile> tiles = {{count(result->trainedRows), tr("rows learnt")}, {count(result->heldOutRows), tr("held out")}};
    for (const auto& [id, score] : result->heldOut)
        tiles.push_back({fromCore(formatNumber(score.mean, tileDigits)),
                         tr("%1, held out").arg(fromCore(m_session.document().catalog().metrics.require(id).label)) + intervalWords(score), {},
                         tr("%1 to %2 (%3)").arg(fromCore(formatNumber(score.low)), fromCore(formatNumber(score.high)), QString::fromStdString(score.interval))});
    m_scores->setTiles(tiles);
    QStringList remarks;
    if (!result->isComplete) remarks << tr("Stopped: the model is of the rows before.");
    for (const Warning& warning : result->warnings) remarks << fromCore(warning.text());
    m_remarks->setText(remarks.join('\n'));
}

void StreamDialog::saveModel() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the model"), "stream.model", tr("Models (*.model)"));
    if (!path.isEmpty()) attempt([&] { m_session.saveModel(std::filesystem::path(path.toStdU16String())); });
}

void StreamDialog::attempt(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        m_problem->setText(QString::fromStdString(error.problem() + " " + error.remedy()));
        m_problem->show();
    }
}

}  // namespace holdout

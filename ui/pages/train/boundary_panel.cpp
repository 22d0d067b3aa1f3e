// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/train/boundary_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

#include "charts/chart_card.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "insight/boundary_chart.h"

namespace holdout {
namespace {

constexpr std::size_t kCells = 80, kLiveCells = 48;
/// More rows than these are not looked at while training: fitting the recipe to them would take the cores from it.
constexpr std::size_t kLiveRows = 20'000;

std::pair<std::string, std::string> axesOf(const Chart& chart) {
    if (const auto* map = std::get_if<HeatMap>(&chart)) return {map->x.label, map->y.label};
    if (const auto* boundary = std::get_if<BoundaryChart>(&chart)) return {boundary->x.label, boundary->y.label};
    return {};
}

}  // namespace

struct BoundaryPanel::Prepared {
    ExperimentSpec spec;
    std::shared_ptr<const ReadResult> read;
    Dataset data;
    std::shared_ptr<const FittedRecipe> recipe;
};

struct BoundaryPanel::Question {
    std::shared_ptr<const Run> run;        ///< else a model on its way
    std::shared_ptr<const Model> model;
    ExperimentSpec spec;
    std::shared_ptr<const ReadResult> read;
    std::shared_ptr<const Prepared> prepared;
    const Catalog* catalog = nullptr;
    std::string x, y;                      ///< empty: the first of the columns
    std::string instead;                   ///< upwards, where the same column is chosen for both
};

BoundaryPanel::BoundaryPanel(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_x(new QComboBox(this)), m_y(new QComboBox(this)),
      m_card(new ChartCard(tr("What the model answers over two columns."), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_card, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_x->setObjectName("boundaryX");
    m_y->setObjectName("boundaryY");
    m_card->setObjectName("boundary");
    const auto add = [&](const QString& words, QComboBox* box) {
        auto* label = quietLabel(words, this);
        label->setWordWrap(false);
        label->setBuddy(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
        ignoreStrayWheel(box);
        row->addWidget(label);
        row->addWidget(box, 1);
        connect(box, &QComboBox::activated, this, &BoundaryPanel::askAgain);
    };
    add(tr("Across"), m_x);
    add(tr("Up"), m_y);
    column->addLayout(row);
    connect(&m_making, &QFutureWatcher<Drawn>::finished, this, &BoundaryPanel::take);
    hide();
}

BoundaryPanel::~BoundaryPanel() { m_making.waitForFinished(); }

void BoundaryPanel::showRun(const std::shared_ptr<const Run>& run) {
    const auto read = m_document.data();
    if (!run->model || !read || run->data.rows != static_cast<std::int64_t>(read->table.rows())) {
        m_asked.reset();
        m_waiting.reset();
        return hide();
    }
    if (m_asked && m_asked->run == run && m_asked->read == read) return;
    auto question = std::make_shared<Question>();
    question->run = run;
    question->spec = run->spec;
    question->read = read;
    ask(std::move(question));
}

void BoundaryPanel::showLive(const std::shared_ptr<const LiveSnapshot>& live) {
    const auto read = m_document.data();
    if (!live->model || !read || read->table.rows() > kLiveRows) return;
    if (m_asked && m_asked->model == live->model) return;
    if (m_waiting && m_waiting->model == live->model) return;
    auto question = std::make_shared<Question>();
    question->model = live->model;
    question->spec = live->spec;
    question->read = read;
    if (m_prepared && m_prepared->read == read && m_prepared->spec == live->spec) question->prepared = m_prepared;
    ask(std::move(question));
}

void BoundaryPanel::ask(std::shared_ptr<Question> question) {
    question->catalog = &m_document.catalog();
    // Columns chosen for other data may not be there: made() then takes the first.
    question->x = m_x->currentText().toStdString();
    question->y = m_y->currentText().toStdString();
    question->instead = m_shownX;
    if (m_making.isRunning()) {
        m_waiting = std::move(question);
        return;
    }
    m_asked = std::move(question);
    m_making.setFuture(QtConcurrent::run([asked = m_asked] { return made(*asked); }));
}

void BoundaryPanel::askAgain() {
    if (m_asked) ask(std::make_shared<Question>(*m_asked));
}

BoundaryPanel::Drawn BoundaryPanel::made(const Question& question) {
    Drawn drawn;
    SilentProgress silent;
    JobContext context{{}, {}, silent, Seed{question.spec.seed}};
    try {
        drawn.prepared = question.prepared;
        if (!drawn.prepared) {
            auto prepared = std::make_shared<Prepared>();
            prepared->spec = question.spec;
            prepared->read = question.read;
            prepared->data = makeDataset(question.read->table, effectiveRoles(question.spec, *question.catalog), question.spec.data.task);
            if (!question.run) {
                const Dataset& data = prepared->data;
                JobContext recipe = context.derive("recipe");
                prepared->recipe = Recipe(question.spec.pipeline.prepare, question.catalog->steps)
                                       .fit({data.features, data.target, data.weights, data.rows}, recipe, AugmentRows::Once,
                                            question.catalog->models.require(question.spec.pipeline.model.id).can.raw)
                                       .recipe;
            }
            drawn.prepared = std::move(prepared);
        }
        const Dataset& data = drawn.prepared->data;
        std::shared_ptr<const FittedPipeline> pipeline = question.run ? question.run->model : nullptr;
        if (!pipeline)
            pipeline = std::make_shared<FittedPipeline>(drawn.prepared->recipe,
                                                        question.catalog->models.require(question.spec.pipeline.model.id),
                                                        question.model, data.target.task, data.target.name, data.target.labels);
        drawn.columns = boundaryColumns(*pipeline, data.features);
        if (drawn.columns.size() < 2) return drawn;
        // The two that matter most, as they stand in the table.
        if (data.features.indexOf(drawn.columns[1]) < data.features.indexOf(drawn.columns[0])) std::swap(drawn.columns[0], drawn.columns[1]);
        const auto known = [&](const std::string& name, std::size_t otherwise) {
            const bool isThere = std::find(drawn.columns.begin(), drawn.columns.end(), name) != drawn.columns.end();
            return isThere ? name : drawn.columns[otherwise];
        };
        const std::string x = known(question.x, 0);
        std::string y = known(question.y, 1);
        if (y == x) y = question.instead.empty() || question.instead == x ? drawn.columns[x == drawn.columns[0] ? 1 : 0] : question.instead;
        drawn.chart = boundaryChart(decisionBoundary(*pipeline, data.features, x, y, question.run ? kCells : kLiveCells, context), data);
    } catch (const Error&) {
        drawn.columns.clear();  // a plane of these columns cannot be drawn, which the model's own work does not depend on
    }
    return drawn;
}

void BoundaryPanel::take() {
    if (m_making.future().resultCount() == 0) return;
    const Drawn drawn = m_making.result();
    if (m_asked && !m_asked->run) m_prepared = drawn.prepared;
    if (m_waiting) {
        auto next = std::exchange(m_waiting, nullptr);
        if (!next->run && m_prepared && m_prepared->read == next->read && m_prepared->spec == next->spec) next->prepared = m_prepared;
        m_asked = std::move(next);
        m_making.setFuture(QtConcurrent::run([asked = m_asked] { return made(*asked); }));
    }
    if (!m_asked) return;
    setVisible(drawn.columns.size() > 1);
    if (drawn.columns.size() < 2) return;
    fillColumns(drawn.columns);
    m_card->setChart(drawn.chart);
    const auto [x, y] = axesOf(drawn.chart);
    m_shownX = x;
    if (m_making.isRunning()) return;
    m_x->setCurrentText(QString::fromStdString(x));
    m_y->setCurrentText(QString::fromStdString(y));
}

void BoundaryPanel::fillColumns(const std::vector<std::string>& columns) {
    QStringList names;
    for (const std::string& column : columns) names << QString::fromStdString(column);
    QStringList sorted = names, have;
    sorted.sort();
    for (int i = 0; i < m_x->count(); ++i) have << m_x->itemText(i);
    have.sort();
    if (have == sorted) return;  // only their order changes while a model learns
    for (QComboBox* box : {m_x, m_y}) {
        const QSignalBlocker quiet(box);
        const QString chosen = box->currentText();
        box->clear();
        box->addItems(names);
        const int before = box->findText(chosen);
        box->setCurrentIndex(before >= 0 ? before : box == m_y ? 1 : 0);
    }
}

}  // namespace holdout

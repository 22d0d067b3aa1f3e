// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/prepare/prepare_page.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include "base/format.h"
#include "forms/form_parts.h"
#include "forms/page_parts.h"
#include "forms/param_form.h"
#include "forms/param_words.h"
#include "items/table_model.h"
#include "pages/prepare/augment_gallery.h"
#include "pages/prepare/preview_model.h"
#include "pages/prepare/recipe_preview.h"
#include "pages/prepare/step_list.h"
#include "theme/widgets.h"

namespace holdout {

namespace {
constexpr int rowHeight = 26;
}

PreparePage::PreparePage(ExperimentDocument& document, QWidget* parent)
    : Page(document, parent), m_body(new PageBody(tr("Prepare"), this)), m_settings(settingsPanel(this)) {
    setObjectName(id());
    auto* fill = new QVBoxLayout(this);
    fill->setContentsMargins(0, 0, 0, 0);
    fill->addWidget(m_body);
    buildBody();
    buildSettings();
    buildMenu();
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(150);
    connect(&m_debounce, &QTimer::timeout, this, &PreparePage::requestPreview);
    for (auto signal : {&ExperimentDocument::specChanged, &ExperimentDocument::dataChanged})
        connect(&document, signal, this, [this] {
            emit railChanged();
            showWhenSeen([this] { refresh(); });
        });
    refresh();
}

PreparePage::~PreparePage() = default;

void PreparePage::buildBody() {
    m_list = new StepList(document().catalog().steps, this);
    m_body->content()->addWidget(m_list);
    connect(m_list, &StepList::selected, this, &PreparePage::select);
    connect(m_list, &StepList::switched, this, [this](int step, bool on) {
        document().edit(on ? tr("switch a step on") : tr("switch a step off"),
                        [=](ExperimentSpec& spec) { spec.pipeline.prepare[static_cast<std::size_t>(step)].enabled = on; });
    });
    connect(m_list, &StepList::moved, this, [this](int from, int to) {
        m_selected = to;
        document().edit(tr("move a step"), [=](ExperimentSpec& spec) {
            auto& steps = spec.pipeline.prepare;
            std::swap(steps[static_cast<std::size_t>(from)], steps[static_cast<std::size_t>(to)]);
        });
    });
    connect(m_list, &StepList::removed, this, [this](int step) {
        if (step < m_selected) --m_selected;
        document().edit(tr("remove a step"),
                        [=](ExperimentSpec& spec) { spec.pipeline.prepare.erase(spec.pipeline.prepare.begin() + step); });
    });

    m_card = new Card(tr("Preview"), {}, this);
    m_sides = new QButtonGroup(this);
    auto* row = new QHBoxLayout;
    for (const QString& side : {tr("Before"), tr("After")}) {
        auto* button = new QPushButton(side, m_card);
        button->setCheckable(true);
        m_sides->addButton(button, static_cast<int>(m_sides->buttons().size()));
        row->addWidget(button);
    }
    m_sides->button(1)->setChecked(true);
    row->addStretch(1);
    connect(m_sides, &QButtonGroup::idClicked, this, [this] {
        if (m_preview) showPreview(*m_preview);
    });
    m_learnt = new QLabel(m_card);
    m_learnt->setWordWrap(true);
    m_learnt->setObjectName("learnt");
    m_problem = problemLabel(m_card);
    m_model = new PreviewModel(this);
    m_table = new QTableView(m_card);
    m_table->setModel(m_model);
    m_table->setMinimumHeight(180);
    m_table->setIconSize(QSize(TableModel::PictureSize, TableModel::PictureSize));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setCornerWidget(new QWidget(m_table));  // else the style draws a size grip between the scroll bars
    m_card->body()->addWidget(m_learnt);
    m_card->body()->addWidget(m_problem);
    m_card->body()->addLayout(row);
    m_card->body()->addWidget(m_table, 1);
    m_body->content()->addWidget(m_card, 1);
    m_gallery = new AugmentGallery(this);
    m_gallery->setObjectName("gallery");
    m_gallery->hide();
    connect(m_gallery, &AugmentGallery::anotherDraw, this, [this] {
        ++m_draw;
        requestPreview();
    });
    m_body->content()->addWidget(m_gallery, 1);
}

void PreparePage::buildSettings() {
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    m_heading = sectionHeading({}, m_settings);
    m_sentence = quietLabel({}, m_settings);
    m_form = new ParamForm(m_settings);
    column->addWidget(m_heading);
    column->addWidget(m_sentence);
    column->addWidget(m_form);
    column->addWidget(noteLabel(tr("Fitted on training rows only."),
                                tr("In every fold a step learns from the rows the model may see, and is then applied to the "
                                   "held-out rows. Evaluate shows which rows each step saw."),
                                m_settings));
    column->addStretch(1);
    connect(m_form, &ParamForm::edited, this, &PreparePage::setParam);
}

void PreparePage::buildMenu() {
    QPushButton* add = m_body->addButton(tr("Add step"), "addStep");
    auto* menu = new QMenu(add);
    menu->setToolTipsVisible(true);
    std::optional<StepGroup> group;
    for (const StepInfo& info : document().catalog().steps.all()) {
        if (group != info.group) {
            if (group) menu->addSeparator();
            menu->addAction(fromCore(stepGroupName(info.group)))->setEnabled(false);
            group = info.group;
        }
        QAction* action = menu->addAction(fromCore(info.label));
        action->setObjectName(fromCore(info.id));
        action->setToolTip("<p>" + fromCore(info.sentence).toHtmlEscaped() + "</p>");
        connect(action, &QAction::triggered, this, [this, id = std::string(info.id)] { addStep(id); });
    }
    add->setMenu(menu);
}

QString PreparePage::railSummary() const {
    const auto& steps = document().spec().pipeline.prepare;
    const auto on = std::count_if(steps.begin(), steps.end(), [](const StepSpec& s) { return s.enabled; });
    return on == 0 ? QString() : tr("%n step(s)", nullptr, static_cast<int>(on)).replace("(s)", on == 1 ? "" : "s");
}

bool PreparePage::isDone() const { return document().data() && !document().spec().pipeline.prepare.empty(); }

void PreparePage::addStep(const std::string& stepId) {
    const auto& steps = document().spec().pipeline.prepare;
    const std::size_t at = steps.empty() ? 0 : static_cast<std::size_t>(m_selected) + 1;
    m_selected = static_cast<int>(at);
    document().edit(tr("add a step"), [=](ExperimentSpec& spec) {
        auto& list = spec.pipeline.prepare;
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(std::min(at, list.size())), StepSpec{stepId, {}, true});
    });
}

void PreparePage::setParam(const QString& param, const ParamValue& value, bool more) {
    const auto step = static_cast<std::size_t>(m_selected);
    document().edit(tr("set %1").arg(param),
                    [&](ExperimentSpec& spec) { spec.pipeline.prepare[step].params.set(param.toStdString(), value); },
                    m_gesture.key(QString("prepare.%1.%2").arg(step).arg(param), more));
}

void PreparePage::select(int step) {
    m_selected = step;
    refresh();
}

void PreparePage::refresh() {
    const auto& steps = document().spec().pipeline.prepare;
    if (!document().data()) {
        m_body->setLine({});
        m_body->showEmpty(tr("Nothing to prepare yet"),
                          tr("Here you will say how missing cells are filled, categories turned into numbers and "
                             "columns scaled, and see what each step does to your rows. Open a file first."),
                          tr("Open data"), [this] { emit goTo("data"); });
        m_settings->setEnabled(false);
        return;
    }
    m_settings->setEnabled(true);
    m_body->showContent();
    m_selected = std::clamp(m_selected, 0, std::max(0, static_cast<int>(steps.size()) - 1));
    m_list->setSteps(steps, m_selected);
    m_body->setLine(steps.empty() ? tr("No steps: the model takes the columns as they are")
                                  : tr("In this order, fitted anew on the training rows of every fold"));
    const StepInfo* info =
        steps.empty() ? nullptr : document().catalog().steps.find(steps[static_cast<std::size_t>(m_selected)].id);
    m_form->setVisible(info);
    m_heading->setText(info ? fromCore(info->label) : tr("No step selected"));
    m_sentence->setText(info ? fromCore(info->sentence) : tr("Add a step to see its settings."));
    if (info) {
        m_form->setParams(info->params, steps[static_cast<std::size_t>(m_selected)].params);
        QStringList names;
        const Table& before = m_preview && m_preview->before.columnCount() ? m_preview->before : document().data()->table;
        for (const ColumnPtr& column : before.columns())
            if (document().spec().data.roles.of(column->name()) == Role::Feature) names << QString::fromStdString(column->name());
        m_form->setColumns(names);
    }
    m_stale = true;
    if (isVisible()) m_debounce.start();
}

void PreparePage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    if (m_stale) m_debounce.start();
}

void PreparePage::requestPreview() {
    if (!document().data()) return;
    m_stale = false;
    if (document().spec().data.roles.target.empty()) return showProblem(tr("Choose what to predict on the Data page: then the steps are fitted on the training rows of a fold, and what they make of the rows is shown here."));
    const bool adds = isAugmenting(document().spec(), static_cast<std::size_t>(m_selected), document().catalog());
    m_card->setVisible(!adds);
    m_gallery->setVisible(adds);
    if (adds) submitGallery();
    else submitPreview();
}

/// Cancels what was asked for before; `done` and `failed` are told only of the latest.
void PreparePage::submit(const QString& title, JobQueue::Work work, std::function<void()> done, std::function<void(const QString&)> failed) {
    if (m_job) document().jobs().cancel(m_job);
    const auto job = std::make_shared<JobId>(0);
    const QPointer<PreparePage> self(this);
    JobQueue::Request request;
    request.title = title;
    request.lane = JobLane::Aside;
    request.seed = Seed(document().spec().seed);
    request.work = std::move(work);
    request.done = [self, job, done = std::move(done)] {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        done();
    };
    request.failed = [self, job, failed = std::move(failed)](const Error& error) {
        if (!self || self->m_job != *job) return;
        self->m_job = 0;
        failed(QString::fromUtf8(error.what()));
    };
    m_job = *job = document().jobs().submit(std::move(request));
}

// The work is given values, so that it needs nothing of the window; the catalog outlives all jobs.

void PreparePage::submitPreview() {
    auto result = std::make_shared<RecipePreview>();
    submit(tr("Preview"),
           [result, read = document().data(), spec = document().spec(), step = static_cast<std::size_t>(m_selected),
            &catalog = document().catalog()](JobContext& context) { *result = previewRecipe(read->table, spec, step, catalog, context); },
           [this, result] {
               m_preview = result;
               showPreview(*result);
           },
           [this](const QString& problem) { showProblem(problem); });
}

void PreparePage::showProblem(const QString& problem) {
    m_card->setVisible(true);
    m_gallery->hide();
    m_card->setSentence({});
    m_problem->setText(problem);
    m_problem->show();
    m_learnt->hide();
    m_model->setTables({}, {});
}

void PreparePage::submitGallery() {
    auto result = std::make_shared<AugmentSamples>();
    submit(tr("Gallery"),
           [result, read = document().data(), spec = document().spec(), step = static_cast<std::size_t>(m_selected), draw = m_draw,
            &catalog = document().catalog()](JobContext& context) {
               *result = sampleAugmentation(read->table, spec, step, draw, catalog, context);
           },
           [this, result] { m_gallery->show(result); }, [this](const QString& problem) { m_gallery->showProblem(problem); });
}

void PreparePage::showPreview(const RecipePreview& preview) {
    QStringList lines;
    for (const std::string& line : preview.learnt) lines << QString::fromStdString(line);
    const qsizetype most = 4;
    if (lines.size() > most) lines = lines.mid(0, most) << tr("and %1 more").arg(lines.size() - most);
    m_learnt->setText(lines.join("\n"));
    m_learnt->setVisible(!lines.isEmpty());
    QStringList warnings;
    for (const Warning& warning : preview.warnings) warnings << QString::fromStdString(warning.text());
    m_problem->setText(warnings.join("\n"));
    m_problem->setVisible(!warnings.isEmpty());
    QString sentence = tr("The first %1 rows; the steps were fitted on the %2 training rows of fold 1.")
                           .arg(fromCore(formatCount(static_cast<std::int64_t>(preview.after.rows()))),
                                fromCore(formatCount(preview.trainingRows)));
    if (preview.rowsDropped > 0)
        sentence += ' ' + tr("This step leaves out %1 of them; held-out rows all stay.")
                              .arg(fromCore(formatCount(preview.rowsDropped)));
    m_card->setSentence(sentence);
    const bool after = m_sides->checkedId() == 1;
    m_model->setTables(after ? preview.after : preview.before, after ? preview.before : preview.after);
    m_table->verticalHeader()->setDefaultSectionSize(m_model->hasPictures() ? TableModel::PictureSize + 8 : rowHeight);
    m_table->resizeColumnsToContents();
}

}  // namespace holdout

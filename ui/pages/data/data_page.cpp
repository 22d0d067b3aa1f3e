// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/data_page.h"

#include <QFileDialog>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "document/table_files.h"
#include "forms/page_parts.h"
#include "forms/param_words.h"
#include "items/table_model.h"
#include "pages/data/column_header.h"
#include "pages/data/column_inspector.h"
#include "pages/data/data_overview.h"
#include "pages/data/data_relations.h"
#include "pages/data/edit_list.h"
#include "pages/data/file_words.h"
#include "pages/data/filter_line.h"
#include "pages/data/fingerprint_chip.h"
#include "pages/data/flow_layout.h"
#include "pages/data/relation_tabs.h"
#include "pages/data/row_numbers.h"
#include "pages/data/seal_settings.h"
#include "pages/data/table_order.h"
#include "theme/filling_stack.h"
#include "theme/layout_island.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

constexpr int rowHeight = 29;
constexpr int chipHeight = 24;
constexpr int widestColumn = 220;
/// Where few columns stand beside them, texts have more room.
constexpr int fewColumns = 4, widestText = 520;
/// Rows that are looked at for the width of a column.
constexpr int measuredRows = 60;
constexpr std::size_t mostSharesShown = 4;

QString count(std::int64_t value) {
    return fromCore(formatCount(value));
}

/// "38 : 62" in the order of the levels; empty when there are more than fit.
QString shares(const ColumnProfile& profile) {
    if (profile.top.size() > mostSharesShown || profile.distinct != static_cast<std::int64_t>(profile.top.size())) return {};
    std::vector<LevelCount> levels = profile.top;
    std::sort(levels.begin(), levels.end(),
              [](const LevelCount& a, const LevelCount& b) { return naturalLess(a.level, b.level); });
    const double known = static_cast<double>(profile.rows - profile.missing);
    QStringList parts;
    for (const LevelCount& level : levels)
        parts << QString::number(std::lround(100.0 * static_cast<double>(level.count) / known));
    return parts.join(QStringLiteral(" : "));
}

}  // namespace

DataPage::DataPage(ExperimentDocument& document, QWidget* parent) : Page(document, parent), m_settings(settingsPanel(this)) {
    setObjectName(id());
    m_relations = new DataRelations(document, this);
    buildBody();
    buildSettings();
    connect(&document, &ExperimentDocument::dataChanged, this, &DataPage::showData);
    connect(&document, &ExperimentDocument::profileChanged, this, &DataPage::followSpec);
    connect(&document, &ExperimentDocument::specChanged, this, &DataPage::followSpec);
    showData();
}

void DataPage::buildBody() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(22, 18, 22, 18);
    column->setSpacing(14);
    m_header = new PageHeader(title(), this);
    auto* open = new QPushButton(tr("Open…"), this);
    open->setObjectName("open");
    connect(open, &QPushButton::clicked, this, &DataPage::openFile);
    m_header->addButton(open);
    m_export = new QPushButton(tr("Export table…"), this);
    m_export->setObjectName("export");
    m_export->setToolTip(tr("Write the table as it is shown: CSV, TSV, ARFF, JSON lines or SQLite"));
    connect(m_export, &QPushButton::clicked, this, &DataPage::exportTable);
    m_header->addButton(m_export);
    column->addWidget(m_header);

    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(10);
    inside->addWidget(buildChips(content));
    m_sealed = new Note({}, {}, content);
    m_sealed->setObjectName("sealed");
    inside->addWidget(m_sealed);
    inside->addWidget(buildTabs(), 1);

    auto* empty = new EmptyState({}, tr("Open a file…"), this);
    connect(empty, &EmptyState::actionTriggered, this, [this] {
        if (lacksItsData()) document().openProject(document().projectPath());
        else openFile();
    });
    m_stack = new FillingStack(this);
    m_stack->addWidget(empty);
    m_stack->addWidget(content);
    column->addWidget(m_stack, 1);
}

QWidget* DataPage::buildChips(QWidget* parent) {
    auto* chips = new QWidget(parent);
    auto* flow = new FlowLayout(8, chips);
    for (Chip** chip : {&m_rows, &m_columns, &m_missing, &m_duplicates, &m_target}) *chip = new Chip({}, {}, chips);
    for (Chip* chip : {m_rows, m_columns, m_missing, m_duplicates, m_target, static_cast<Chip*>(new FingerprintChip(document(), chips))}) {
        chip->setMinimumHeight(chipHeight);
        flow->addWidget(chip);
    }
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    chips->setSizePolicy(policy);
    m_target->setLead(tr("target"));
    return chips;
}

QWidget* DataPage::buildTabs() {
    auto* all = new QWidget(this);
    auto* column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_tabs = new QTabBar(all);
    m_tabs->setObjectName("tabs");
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    auto* stack = new FillingStack(all);
    auto* associations = new AssociationTab(*m_relations, stack);
    auto* missing = new MissingTab(document(), stack);
    for (const auto& [id, title, page] : {std::tuple<const char*, QString, QWidget*>{"rows", tr("Rows"), buildTable()},
                                          {"associations", tr("Associations"), associations},
                                          {"missing", tr("Missing cells"), missing},
                                          {"target", tr("Target"), new TargetTab(document(), *m_relations, stack)}}) {
        m_tabs->setTabData(m_tabs->addTab(title), QString::fromLatin1(id));
        stack->addWidget(page);
    }
    connect(m_tabs, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    connect(associations, &AssociationTab::columnChosen, this, &DataPage::chooseColumn);
    connect(missing, &MissingTab::columnChosen, this, &DataPage::chooseColumn);
    column->addWidget(m_tabs);
    column->addWidget(stack, 1);
    return all;
}

void DataPage::showTab(const QString& id) {
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->tabData(i).toString() == id) m_tabs->setCurrentIndex(i);
}

QWidget* DataPage::buildTable() {
    auto* card = new QFrame(this);
    card->setProperty("card", true);
    auto* fill = new QVBoxLayout(card);
    fill->setContentsMargins(1, 6, 1, 6);  // inside the round corners
    fill->setSpacing(0);
    m_model = new TableModel(this);
    m_order = new TableOrder(document().jobs(), *m_model, this);
    fill->addWidget(new FilterLine(document(), *m_model, *m_order, card));
    m_view = new QTableView(card);
    m_view->setObjectName("table");
    m_view->setAccessibleName(tr("The rows of the table"));
    m_heads = new ColumnHeader(m_view);
    m_view->setHorizontalHeader(m_heads);
    m_view->setModel(m_model);
    m_numbers = new RowNumbers(m_view);
    m_view->setVerticalHeader(m_numbers);
    m_numbers->setDefaultSectionSize(rowHeight);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setSelectionMode(QAbstractItemView::NoSelection);
    m_view->setShowGrid(false);
    m_view->setIconSize(QSize(TableModel::PictureSize, TableModel::PictureSize));
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setCornerWidget(new QWidget(m_view));  // else the style draws a size grip between the scroll bars
    fill->addWidget(m_view);
    m_heads->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_heads, &QHeaderView::customContextMenuRequested, this, &DataPage::showColumnMenu);
    connect(m_heads, &QHeaderView::sectionClicked, this, [this](int column) {
        currentColumnChanged(column);
        m_order->cycleSorting(m_model->table().column(static_cast<std::size_t>(column)).name());
    });
    connect(m_order, &TableOrder::changed, this, &DataPage::showSorting);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& now) { currentColumnChanged(now.column()); });
    auto* back = new QShortcut(Qt::Key_Escape, m_view, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(back, &QShortcut::activated, this, [this] { chooseColumn({}); });
    return new LayoutIsland(card);  // words and buttons beside the filter come and go
}

void DataPage::buildSettings() {
    auto* column = static_cast<QVBoxLayout*>(m_settings->layout());
    m_overview = new DataOverview(document(), m_settings);
    m_inspector = new ColumnInspector(document(), m_settings);
    m_inspector->hide();
    column->addWidget(m_overview);
    column->addWidget(m_inspector);
    column->addStretch(1);
    connect(m_inspector, &ColumnInspector::closed, this, [this] { chooseColumn({}); });
    connect(m_inspector, &ColumnInspector::goTo, this, &DataPage::goTo);
    connect(m_overview, &DataOverview::goTo, this, &DataPage::goTo);
    const auto showFindings = [this] {
        m_overview->setFindings(m_relations->findings());
        m_inspector->setFindings(m_relations->findings());
    };
    connect(m_relations, &DataRelations::changed, this, showFindings);
    showFindings();
}

QString DataPage::railSummary() const {
    const auto read = document().data();
    if (!read) return {};
    const QString size = QStringLiteral("%1 × %2").arg(count(static_cast<std::int64_t>(read->table.rows()))).arg(read->table.columnCount());
    return read->sealed ? size + tr(" · sealed") : size;
}

bool DataPage::isDone() const {
    return document().task().has_value();
}

void DataPage::openFile() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open data"), {}, openFilters(Projects::Without));
    if (!path.isEmpty()) document().openData(std::filesystem::path(path.toStdU16String()));
}

void DataPage::exportTable() {
    QString filter;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the table"), {}, exportFilters(), &filter);
    if (!path.isEmpty()) document().exportTable(std::filesystem::path(withEnding(path, filter).toStdU16String()));
}

/// A project is open, and the file that it names is not: it moved, or hardly fits into memory.
bool DataPage::lacksItsData() const {
    return !document().data() && !document().spec().data.source.empty();
}

void DataPage::showEmpty() {
    auto* empty = static_cast<EmptyState*>(m_stack->widget(0));
    if (lacksItsData()) {
        const std::filesystem::path named = document().spec().data.source;
        empty->setSentence(tr("The project is open without its data, %1. Its runs can be looked at all the same.").arg(QString::fromStdString(named.filename().string())));
        empty->button()->setText(tr("Ask again for its data"));
        return;
    }
    empty->setSentence(tr("Nothing has been opened yet. Tables come from text files (CSV and its kin), Excel, SQLite, ARFF, JSON lines or IDX files, "
                          "or from a folder of pictures or texts for each class. Format and types are found for you, and can be changed."));
    empty->button()->setText(tr("Open a file…"));
}

void DataPage::showData() {
    const auto read = document().data();
    if (!read) showEmpty();
    m_stack->setCurrentIndex(read ? 1 : 0);
    m_settings->setVisible(read != nullptr);
    m_export->setVisible(read != nullptr);
    m_model->setTable(read ? read->table : Table(), read ? document().fileRows() : nullptr);
    m_numbers->setLast(m_model->lastRowNumber());
    m_sealed->setVisible(read && read->sealed);
    if (read && read->sealed)
        m_sealed->setWords(sealedWords(read->sealed->rows()) + '.', tr("No page shows them and no model sees them, until you open the seal on Evaluate."));
    if (read) m_header->setSubtitle(readSentence(QString::fromStdString(document().dataPath().filename().string()), *read, document().fileRows() != nullptr));
    else m_header->setSubtitle({});
    if (!read || !read->table.indexOf(m_inspector->column().toStdString())) chooseColumn({});
    showSpec();
    fitColumns();
    m_order->tableChanged();
}

/// A file that is opened changes data, profile and specification at once: they are shown at once.
void DataPage::followSpec() {
    if (document().profile() != m_shownProfile || document().spec() != m_shownSpec) showSpec();
}

void DataPage::showSpec() {
    m_shownProfile = document().profile();
    m_shownSpec = document().spec();
    emit railChanged();
    const auto read = document().data();
    if (!read) return;
    m_heads->setHeads(columnHeads(read->table, document().profile().get(), document().spec().data.roles));
    showChips();
    m_overview->refresh();
    if (!m_inspector->column().isEmpty()) m_inspector->refresh();
}

void DataPage::showSorting() {
    const auto& sorting = m_order->sorting();
    const auto column = sorting ? m_model->table().indexOf(sorting->column) : std::nullopt;
    m_heads->setSorted(column ? static_cast<int>(*column) : -1, sorting ? sorting->order : SortOrder::Ascending);
}

void DataPage::showChips() {
    const ReadResult& read = *document().data();
    const auto rows = static_cast<std::int64_t>(read.table.rows());
    m_rows->setWords(count(rows), rows == 1 ? tr("row") : tr("rows"));
    m_columns->setWords(QString::number(read.table.columnCount()), read.table.columnCount() == 1 ? tr("column") : tr("columns"));
    const auto missing = static_cast<std::int64_t>(read.table.missingCells());
    m_missing->setWords(count(missing), missing == 1 ? tr("cell missing") : tr("cells missing"));
    m_missing->setWarning(missing > 0);
    const auto profile = document().profile();
    m_duplicates->setVisible(profile != nullptr);
    if (profile) {
        m_duplicates->setWords(count(profile->duplicateRows), profile->duplicateRows == 1 ? tr("duplicate row") : tr("duplicate rows"));
        m_duplicates->setWarning(profile->duplicateRows > 0);
    }
    showTargetChip();
}

void DataPage::showTargetChip() {
    const ReadResult& read = *document().data();
    const auto target = read.table.indexOf(document().spec().data.roles.target);
    const auto task = document().task();
    m_target->setWarning(!target);
    if (!target || !task) return m_target->setWords(tr("not chosen"), {});
    const QString name = QString::fromStdString(read.table.column(*target).name());
    const auto profile = document().profile();
    if (*task == Task::Regression || !profile || *target >= profile->columns.size())
        return m_target->setWords(name, QStringLiteral("· ") + fromCore(taskName(*task)));
    const ColumnProfile& known = profile->columns[*target];
    const QString share = shares(known);
    m_target->setWords(name, tr("· %1 classes").arg(known.distinct) + (share.isEmpty() ? QString() : QStringLiteral(", ") + share));
}

/// As wide as the head and the first rows need, within reason.
void DataPage::fitColumns() {
    const QFontMetrics metrics(m_view->font());
    const int rows = std::min(measuredRows, m_model->rowCount());
    bool pictures = false;
    for (int column = 0; column < m_model->columnCount(); ++column) pictures = pictures || m_model->hasPictures(column);
    const int height = pictures ? TableModel::PictureSize + 8 : rowHeight;
    // Qt writes down the height of each of a million rows again, the same or not.
    if (m_numbers->defaultSectionSize() != height) m_numbers->setDefaultSectionSize(height);
    for (int column = 0; column < m_model->columnCount(); ++column) {
        int width = m_heads->neededWidth(column);
        const bool isText = m_model->table().column(static_cast<std::size_t>(column)).type() == ColumnType::Text;
        const int widest = isText && m_model->columnCount() <= fewColumns ? widestText : widestColumn;
        for (int row = 0; row < rows && width < widest; ++row)
            width = std::max(width, metrics.horizontalAdvance(m_model->index(row, column).data().toString()) + 24 +
                                        (m_model->hasPictures(column) ? TableModel::PictureSize : 0));
        m_heads->resizeSection(column, std::min(width, std::max(widest, m_heads->neededWidth(column))));
    }
}

void DataPage::currentColumnChanged(int column) {
    const auto read = document().data();
    if (!read || column < 0 || static_cast<std::size_t>(column) >= read->table.columnCount()) return;
    chooseColumn(QString::fromStdString(read->table.column(static_cast<std::size_t>(column)).name()));
}

void DataPage::showColumnMenu(const QPoint& at) {
    const auto read = document().data();
    const int column = m_heads->logicalIndexAt(at);
    if (!read || column < 0 || static_cast<std::size_t>(column) >= read->table.columnCount()) return;
    auto* menu = new QMenu(this);
    menu->setObjectName("columnMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const std::string& name = read->table.column(static_cast<std::size_t>(column)).name();
    const bool canBeSorted = isSortable(read->table.column(static_cast<std::size_t>(column)).type());
    for (const auto& [words, order] : {std::pair{tr("Show ascending"), SortOrder::Ascending}, {tr("Show descending"), SortOrder::Descending}})
        connect(menu->addAction(words), &QAction::triggered, m_order, [this, name, order = order] { m_order->setSorting(TableOrder::Sorting{name, order}); });
    for (QAction* action : menu->actions()) action->setEnabled(canBeSorted);
    QAction* asInFile = menu->addAction(tr("Show in the order of the file"));
    asInFile->setEnabled(m_order->sorting().has_value());
    connect(asInFile, &QAction::triggered, m_order, [this] { m_order->setSorting(std::nullopt); });
    menu->addSeparator();
    EditList::fillMenu(*menu, document(), read->table.column(static_cast<std::size_t>(column)).name(), this);
    menu->popup(m_heads->mapToGlobal(at));
}

void DataPage::chooseColumn(const QString& name) {
    const auto read = document().data();
    const auto index = read ? read->table.indexOf(name.toStdString()) : std::nullopt;
    m_heads->setChosen(index ? static_cast<int>(*index) : -1);
    m_inspector->setColumn(index ? name : QString());
    m_inspector->setVisible(index.has_value());
    m_overview->setVisible(!index);
}

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_card.h"

#include <QFileDialog>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrent/QtConcurrentRun>

#include "base/error.h"
#include "charts/chart_export.h"
#include "charts/chart_table.h"
#include "charts/chart_view.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

namespace {

/// Asks where to, and says what went wrong.
void exportByDialog(ChartCard* card, const QString& ending) {
    const QString name = QString::fromStdString(chartTitle(card->chart())).replace(QLatin1Char('/'), QLatin1Char('-'));
    const QString proposal = (name.isEmpty() ? ChartCard::tr("chart") : name.toLower()) + QLatin1Char('.') + ending;
    QString path = QFileDialog::getSaveFileName(card, ChartCard::tr("Export chart"), proposal,
                                                ChartCard::tr("%1 file (*.%2)").arg(ending.toUpper(), ending));
    if (path.isEmpty()) return;
    if (!path.endsWith(QLatin1Char('.') + ending, Qt::CaseInsensitive)) path += QLatin1Char('.') + ending;
    try {
        card->exportTo(path);
    } catch (const Error& error) {
        QMessageBox::warning(card, ChartCard::tr("Export chart"), QString::fromUtf8(error.what()));
    }
}

void openTable(ChartCard* card) {
    auto* dialog = new ChartTableDialog(QString::fromStdString(chartTitle(card->chart())), chartTable(card->chart()), card);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

QToolButton* makeMenuButton(ChartCard* card) {
    auto* button = new QToolButton;
    button->setIcon(Theme::icon(QStringLiteral("more")));
    button->setAccessibleName(ChartCard::tr("Chart menu"));
    button->setToolTip(ChartCard::tr("Open as table, export"));
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    QObject::connect(menu->addAction(ChartCard::tr("Open as table…")), &QAction::triggered, card, [card] { openTable(card); });
    menu->addSeparator();
    for (const char* ending : {"png", "svg", "pdf", "csv"}) {
        const QString word = QString::fromLatin1(ending);
        QObject::connect(menu->addAction(ChartCard::tr("Export %1…").arg(word.toUpper())), &QAction::triggered, card,
                         [card, word] { exportByDialog(card, word); });
    }
    button->setMenu(menu);
    return button;
}

}  // namespace

struct ChartCard::Impl {
    Chart chart;
    QLabel* title = nullptr;
    QLabel* sentence = nullptr;
    QLabel* empty = nullptr;
    QLabel* readOut = nullptr;
    QToolButton* menu = nullptr;
    QVBoxLayout* column = nullptr;
    ChartDrawing* drawing = nullptr;
    std::size_t drawnKind = std::variant_npos;
    QFutureWatcher<Chart> making;

    void show(const Chart& made, ChartCard* card);
    void draw(ChartCard* card);
    /// In place of the axis label below the drawing, whose name the words repeat.
    void showReadOut(const QString& words) {
        readOut->setText(words);
        readOut->setVisible(!words.isEmpty());
        readOut->raise();
    }
    void setSentence(const QString& words) {
        if (sentence->text() != words) sentence->setText(words);
        sentence->setVisible(!words.isEmpty());
    }
};

void ChartCard::Impl::show(const Chart& made, ChartCard* card) {
    chart = made;
    const bool isBlank = isEmpty(chart);
    const QString name = QString::fromStdString(chartTitle(chart));
    if (title->text() != name) title->setText(name);
    setSentence(QString::fromStdString(chartSentence(chart)));
    if (!isBlank) draw(card);
    if (drawing) drawing->setVisible(!isBlank);
    empty->setVisible(isBlank);
    if (isBlank) showReadOut({});
    menu->setVisible(!isBlank);
}

void ChartCard::Impl::draw(ChartCard* card) {
    if (drawnKind != chart.index()) {
        delete drawing;
        drawing = makeDrawing(chart, card);
        drawnKind = chart.index();
        column->insertWidget(column->indexOf(empty), drawing, 1);
        connect(drawing, &ChartDrawing::clicked, card, &ChartCard::clicked);
        connect(drawing, &ChartDrawing::pointed, card, &ChartCard::pointed);
        connect(drawing, &ChartDrawing::readOutChanged, card, [this](const QString& words) { showReadOut(words); });
        showReadOut({});
    }
    drawing->setAccessibleName(QString::fromStdString(chartTitle(chart)));
    drawing->setChart(chart);
}

ChartCard::ChartCard(const QString& emptyText, QWidget* parent) : QFrame(parent), m_impl(std::make_unique<Impl>()) {
    setProperty("card", true);
    m_impl->title = makeLabel({}, "heading", QStringLiteral("card"));
    m_impl->title->setTextFormat(Qt::PlainText);
    m_impl->sentence = makeLabel({}, "muted");
    m_impl->sentence->setProperty("small", true);
    m_impl->sentence->setTextFormat(Qt::PlainText);
    m_impl->sentence->setWordWrap(true);
    m_impl->sentence->hide();
    connect(&m_impl->making, &QFutureWatcher<Chart>::finished, this, [this] {
        if (m_impl->making.future().resultCount() > 0) m_impl->show(m_impl->making.result(), this);
    });
    m_impl->empty = makeLabel(emptyText, "muted");
    m_impl->empty->setAlignment(Qt::AlignCenter);
    m_impl->empty->setWordWrap(true);
    m_impl->readOut = makeLabel({}, "readOut", true, this);
    m_impl->readOut->setProperty("small", true);
    m_impl->readOut->setTextFormat(Qt::PlainText);
    m_impl->readOut->setAlignment(Qt::AlignCenter);
    m_impl->readOut->hide();
    m_impl->menu = makeMenuButton(this);
    m_impl->menu->hide();
    auto* titleRow = new QHBoxLayout;
    titleRow->addWidget(m_impl->title, 1);
    titleRow->addWidget(m_impl->menu);
    m_impl->column = new QVBoxLayout(this);
    m_impl->column->setContentsMargins(14, 10, 14, 8);
    m_impl->column->setSpacing(4);
    m_impl->column->addLayout(titleRow);
    m_impl->column->addWidget(m_impl->sentence);
    m_impl->column->addWidget(m_impl->empty, 1);
}

ChartCard::~ChartCard() {
    delete m_impl->drawing;  // which tells of losing the focus, while there still is what is told
}

void ChartCard::setChart(const Chart& chart) {
    m_impl->making.setFuture({});
    m_impl->show(chart, this);
}

void ChartCard::setChartLater(std::function<Chart()> make) {
    m_impl->making.setFuture(QtConcurrent::run(std::move(make)));
}

void ChartCard::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    // Over the axis label at the foot of the drawing, inside its focus ring.
    constexpr int kHeight = 16, kRing = 3;
    const QRect inside = contentsRect().marginsRemoved(m_impl->column->contentsMargins()).adjusted(kRing, 0, -kRing, -kRing);
    m_impl->readOut->setGeometry(inside.left(), inside.bottom() + 1 - kHeight, inside.width(), kHeight);
}

const Chart& ChartCard::chart() const { return m_impl->chart; }
void ChartCard::clear() { setChart(LineChart{}); }

void ChartCard::exportTo(const QString& path) const {
    exportChart(m_impl->chart, path, m_impl->drawing ? size() : QSize());
}

}  // namespace holdout

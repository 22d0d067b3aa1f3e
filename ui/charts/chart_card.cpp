// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_card.h"

#include <QFileInfo>
#include <QLabel>
#include <QPainter>
#include <QSvgGenerator>
#include <QVBoxLayout>
#include <QtCharts>
#include <cmath>

#include "base/error.h"
#include "data/csv_writer.h"
#include "theme/theme.h"
#include "theme/widgets.h"

namespace holdout {

struct ChartCard::Impl {
    Chart chart;
    QLabel* title = nullptr;
    QLabel* sentence = nullptr;
    QLabel* empty = nullptr;
    QChart* plot = nullptr;
    QChartView* view = nullptr;

    void drawLines(const LineChart& lines);
};

void ChartCard::Impl::drawLines(const LineChart& lines) {
    plot->removeAllSeries();
    for (const Series& series : lines.series) {
        auto* line = new QLineSeries;
        line->setName(QString::fromStdString(series.name));
        line->setPen(QPen(Theme::seriesColor(series.role, series.runIndex), 2, series.dashed ? Qt::DashLine : Qt::SolidLine));
        for (std::size_t i = 0; i < series.x.size(); ++i)
            if (std::isfinite(series.x[i]) && std::isfinite(series.y[i])) line->append(series.x[i], series.y[i]);
        plot->addSeries(line);
    }
    plot->createDefaultAxes();
}

ChartCard::ChartCard(const QString& emptyText, QWidget* parent) : QFrame(parent), m_impl(std::make_unique<Impl>()) {
    setProperty("card", true);
    m_impl->title = makeLabel({}, "heading", QStringLiteral("card"));
    m_impl->sentence = makeLabel({}, "muted");
    m_impl->sentence->setWordWrap(true);
    m_impl->empty = makeLabel(emptyText, "muted");
    m_impl->empty->setAlignment(Qt::AlignCenter);
    m_impl->plot = new QChart;
    m_impl->plot->setBackgroundVisible(false);
    m_impl->view = new QChartView(m_impl->plot);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->addWidget(m_impl->title);
    column->addWidget(m_impl->sentence);
    column->addWidget(m_impl->empty, 1);
    column->addWidget(m_impl->view, 1);
    m_impl->view->hide();
}

ChartCard::~ChartCard() = default;

void ChartCard::setChart(const Chart& chart) {
    m_impl->chart = chart;
    m_impl->title->setText(QString::fromStdString(chartTitle(chart)));
    m_impl->sentence->setText(QString::fromStdString(chartSentence(chart)));
    const auto* lines = std::get_if<LineChart>(&chart);
    const bool drawn = lines && !isEmpty(chart);
    m_impl->empty->setVisible(!drawn);
    m_impl->view->setVisible(drawn);
    if (drawn) m_impl->drawLines(*lines);
}

const Chart& ChartCard::chart() const { return m_impl->chart; }
void ChartCard::clear() { setChart(LineChart{}); }

void ChartCard::exportTo(const QString& path) const {
    if (QFileInfo(path).suffix().toLower() == QLatin1String("csv")) return writeCsv(chartTable(m_impl->chart), path.toStdString());
    if (!m_impl->view->grab().save(path))
        throw Error("The chart could not be written", {.file = path.toStdString()}, "Choose a path that ends in png or csv.");
}

}  // namespace holdout

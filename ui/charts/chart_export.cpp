// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/chart_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <memory>

#include "base/error.h"
#include "charts/chart_view.h"
#include "data/csv_writer.h"
#include "theme/theme.h"

namespace holdout {

namespace {

constexpr int kEdge = 14;

void paintChart(QPainter& painter, const Chart& chart, const QSize& size) {
    const QRectF page(QPointF(0, 0), QSizeF(size));
    painter.fillRect(page, Theme::current().panel);
    double top = kEdge;
    const auto write = [&](const std::string& words, QFont font, const QColor& color) {
        if (words.empty()) return;
        painter.setFont(font);
        painter.setPen(color);
        QRectF used;
        const QRectF room(kEdge, top, page.width() - 2 * kEdge, page.height() / 3);
        painter.drawText(room, Qt::TextWordWrap, QString::fromStdString(words), &used);
        top += used.height() + 4;
    };
    const std::unique_ptr<ChartDrawing> drawing(makeDrawing(chart));
    QFont font = drawing->font();
    font.setPixelSize(13);
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    write(chartTitle(chart), bold, Theme::current().ink);
    write(chartSentence(chart), font, Theme::current().muted);
    const QRectF room(kEdge, top + 4, page.width() - 2 * kEdge, page.height() - top - 4 - kEdge);
    drawing->setAttribute(Qt::WA_DontShowOnScreen);
    drawing->resize(room.size().toSize());
    drawing->setChart(chart);
    drawing->show();   // lays the chart out
    drawing->paintOn(painter, QRectF(room.topLeft(), QSizeF(drawing->size())));
}

QByteArray pngOf(const Chart& chart, const QSize& size) {
    QImage image(size * 2, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(2);
    QPainter painter(&image);
    paintChart(painter, chart, size);
    painter.end();
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    image.save(&bytes, "PNG");
    return bytes.data();
}

QByteArray svgOf(const Chart& chart, const QSize& size) {
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&bytes);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(QString::fromStdString(chartTitle(chart)));
    generator.setDescription(QString::fromStdString(chartSentence(chart)));
    QPainter painter(&generator);
    paintChart(painter, chart, size);
    painter.end();
    return bytes.data();
}

QByteArray pdfOf(const Chart& chart, const QSize& size) {
    QBuffer bytes;
    bytes.open(QIODevice::WriteOnly);
    QPdfWriter writer(&bytes);
    writer.setResolution(96);
    writer.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point));
    writer.setPageMargins({});
    writer.setTitle(QString::fromStdString(chartTitle(chart)));
    QPainter painter(&writer);
    paintChart(painter, chart, size);
    painter.end();
    return bytes.data();
}

}  // namespace

void exportChart(const Chart& chart, const QString& path, const QSize& size) {
    const QString ending = QFileInfo(path).suffix().toLower();
    const std::string file = path.toStdString();
    if (isEmpty(chart)) throw Error("The chart is empty, so there is nothing to export", {.file = file}, "Run the experiment first.");
    if (ending == QLatin1String("csv")) return writeCsv(chartTable(chart), file);
    QByteArray (*write)(const Chart&, const QSize&) = nullptr;
    if (ending == QLatin1String("png")) write = pngOf;
    if (ending == QLatin1String("svg")) write = svgOf;
    if (ending == QLatin1String("pdf")) write = pdfOf;
    if (!write) throw Error("The chart cannot be written as \"" + ending.toStdString() + "\"", {.file = file},
                            "Choose a name that ends in .png, .svg, .pdf or .csv.");
    const QByteArray bytes = write(chart, size.expandedTo({480, 320}));
    writeFileAtomically(file, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace holdout

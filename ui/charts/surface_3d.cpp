// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/surface_3d.h"

#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "charts/axis_scale.h"
#include "theme/theme.h"
#include "theme/widgets.h"

#ifdef HOLDOUT_HAS_3D
#include <QtDataVisualization/Q3DCamera>
#include <QtDataVisualization/Q3DLight>
#include <QtDataVisualization/Q3DScene>
#include <QtDataVisualization/Q3DSurface>
#include <QtDataVisualization/Q3DTheme>
#include <QtDataVisualization/QCustom3DItem>
#include <QtDataVisualization/QSurface3DSeries>
#include <QtDataVisualization/QSurfaceDataProxy>
#include <QtDataVisualization/QValue3DAxis>
#include <QtDataVisualization/QValue3DAxisFormatter>
#endif

namespace holdout {

#ifdef HOLDOUT_HAS_3D
namespace {

constexpr std::size_t mostTrials = 150;   // each is a body of its own
constexpr int mostTicks = 5;
const QColor bestColor(0xf0, 0x5a, 0x5a);

/// Writes an axis as the flat charts do: at round numbers, decades or names. Positions are coordinates of the scaling.
class TickFormatter : public QValue3DAxisFormatter {
public:
    explicit TickFormatter(AxisScaling scaling, double offset = 0) : m_scaling(std::move(scaling)), m_offset(offset) {}

protected:
    QValue3DAxisFormatter* createNewInstance() const override { return new TickFormatter(m_scaling, m_offset); }
    void populateCopy(QValue3DAxisFormatter& copy) const override {
        QValue3DAxisFormatter::populateCopy(copy);
        static_cast<TickFormatter&>(copy).m_scaling = m_scaling;
        static_cast<TickFormatter&>(copy).m_offset = m_offset;
    }
    void recalculate() override {
        QValue3DAxisFormatter::recalculate();
        gridPositions().clear();
        subGridPositions().clear();
        labelPositions().clear();
        labelStrings().clear();
        for (const Tick& tick : m_scaling.ticks(mostTicks, m_offset)) {
            const auto at = static_cast<float>(m_scaling.share(tick.at));
            if (at < 0 || at > 1) continue;
            gridPositions().append(at);
            labelPositions().append(at);
            labelStrings().append(tick.text);
        }
    }
    QString stringForValue(qreal value, const QString&) const override {
        return m_scaling.words(m_scaling.isCategorical() ? std::floor(value) : m_scaling.value(value));
    }

private:
    AxisScaling m_scaling;
    double m_offset;
};

AxisScaling scalingOf(Axis axis, const std::vector<double>& edges) {
    axis.low = edges.front();
    axis.high = edges.back();
    return AxisScaling(axis, 0, 0, 0);
}

std::vector<double> middles(const AxisScaling& scaling, const std::vector<double>& edges) {
    std::vector<double> result;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i)
        result.push_back((scaling.coordinate(edges[i]) + scaling.coordinate(edges[i + 1])) / 2);
    return result;
}

/// The best, the latest, and an even part of the others.
std::vector<std::size_t> chosenTrials(std::size_t count, std::optional<std::size_t> best) {
    std::vector<std::size_t> chosen;
    const std::size_t step = count <= mostTrials ? 1 : count / (mostTrials / 2) + 1;
    const std::size_t latest = count <= mostTrials ? 0 : count - mostTrials / 2;
    for (std::size_t i = 0; i < count; ++i)
        if (i >= latest || i % step == 0 || i == best) chosen.push_back(i);
    return chosen;
}

}  // namespace

QString whyNo3d() {
    const QString platform = QGuiApplication::platformName();
    if (platform == "offscreen" || platform == "minimal") return Surface3d::tr("There is no screen to draw in three dimensions on.");
    QOpenGLContext context;
    QOffscreenSurface surface;
    surface.create();
    const bool works = surface.isValid() && context.create() && context.makeCurrent(&surface);
    if (!works) return Surface3d::tr("Three dimensions need OpenGL, which this display does not offer.");
    const QSurfaceFormat format = context.format();
    context.doneCurrent();
    if (!context.isOpenGLES() && format.majorVersion() < 2)
        return Surface3d::tr("Three dimensions need OpenGL 2 or later; this display has %1.%2.")
            .arg(format.majorVersion())
            .arg(format.minorVersion());
    return {};
}

struct Surface3d::Impl {
    Q3DSurface* graph = new Q3DSurface;        ///< the container owns it
    QSurface3DSeries* series = new QSurface3DSeries;
    QValue3DAxis *across = new QValue3DAxis, *up = new QValue3DAxis, *away = new QValue3DAxis;
    HeatMap map;
    std::vector<double> heights;
    std::size_t trials = 0;
    int columns = 0, rows = 0;

    void dress();
    void fillSurface(const AxisScaling& x, const AxisScaling& z);
    void addTrials(const AxisScaling& x, const AxisScaling& z);
    double heightAt(double x, double z, const AxisScaling& xScale, const AxisScaling& zScale) const;
};

/// Colours of the appearance in force; viridis as the heat map has it.
void Surface3d::Impl::dress() {
    const Palette& colors = Theme::current();
    Q3DTheme* theme = graph->activeTheme();
    theme->setType(Q3DTheme::ThemeUserDefined);
    theme->setBackgroundEnabled(false);
    theme->setWindowColor(colors.panel);
    theme->setLabelBackgroundEnabled(false);
    theme->setLabelBorderEnabled(false);
    theme->setLabelTextColor(colors.ink);
    theme->setGridLineColor(colors.faint);
    theme->setAmbientLightStrength(0.8F);  // near the colours that the flat map has
    theme->setLightStrength(1.5F);
    theme->setHighlightLightStrength(1.5F);
    QFont font = graph->activeTheme()->font();
    font.setFamily(QGuiApplication::font().family());
    font.setPointSize(30);  // of a texture that is scaled down
    theme->setFont(font);
    QLinearGradient gradient;
    for (int i = 0; i <= 10; ++i) gradient.setColorAt(i / 10.0, Theme::viridis(map.higherIsBetter ? i / 10.0 : 1 - i / 10.0));
    series->setBaseGradient(gradient);
    series->setColorStyle(Q3DTheme::ColorStyleRangeGradient);
}

void Surface3d::Impl::fillSurface(const AxisScaling& x, const AxisScaling& z) {
    const std::vector<double> xs = middles(x, map.xEdges), zs = middles(z, map.yEdges);
    auto* data = new QSurfaceDataArray;  // the proxy owns it
    for (std::size_t r = 0; r < zs.size(); ++r) {
        auto* row = new QSurfaceDataRow(static_cast<int>(xs.size()));
        for (std::size_t c = 0; c < xs.size(); ++c)
            (*row)[static_cast<int>(c)].setPosition(
                {static_cast<float>(xs[c]), static_cast<float>(map.values(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c))),
                 static_cast<float>(zs[r])});
        data->append(row);
    }
    series->dataProxy()->resetArray(data);
}

/// The surface's value in the cell of a trial.
double Surface3d::Impl::heightAt(double x, double z, const AxisScaling& xScale, const AxisScaling& zScale) const {
    const auto cellOf = [](double share, Eigen::Index count) {
        return std::clamp(static_cast<Eigen::Index>(share * static_cast<double>(count)), Eigen::Index{0}, count - 1);
    };
    return map.values(cellOf(zScale.share(z), map.values.rows()), cellOf(xScale.share(x), map.values.cols()));
}

void Surface3d::Impl::addTrials(const AxisScaling& x, const AxisScaling& z) {
    graph->removeCustomItems();
    trials = 0;
    const std::size_t count = std::min(map.trials.x.size(), map.trials.y.size());
    const double low = up->min(), high = up->max();
    for (const std::size_t i : chosenTrials(count, map.best)) {
        const double across3 = x.coordinate(map.trials.x[i]), away3 = z.coordinate(map.trials.y[i]);
        if (!std::isfinite(across3) || !std::isfinite(away3)) continue;
        const double height = i < heights.size() ? heights[i] : heightAt(across3, away3, x, z);
        if (!(height >= low && height <= high)) continue;
        const bool isBest = map.best == i;
        auto* ball = new QCustom3DItem;
        ball->setMeshFile(":/defaultMeshes/sphere");
        ball->setPosition({static_cast<float>(across3), static_cast<float>(height), static_cast<float>(away3)});
        ball->setScaling(isBest ? QVector3D(0.045F, 0.045F, 0.045F) : QVector3D(0.024F, 0.024F, 0.024F));
        ball->setShadowCasting(false);
        QImage color(2, 2, QImage::Format_RGB32);
        color.fill(isBest ? bestColor : Theme::current().ink);
        ball->setTextureImage(color);
        graph->addCustomItem(ball);
        ++trials;
    }
}

Surface3d::Surface3d(QWidget* parent)
    : QFrame(parent), m_impl(std::make_unique<Impl>()), m_title(makeLabel({}, "heading", QStringLiteral("card"))),
      m_sentence(makeLabel({}, "muted")) {
    setProperty("card", true);
    setObjectName("surface3d");
    m_title->setTextFormat(Qt::PlainText);
    m_sentence->setProperty("small", true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    Q3DSurface* graph = m_impl->graph;
    graph->setShadowQuality(QAbstract3DGraph::ShadowQualityNone);
    graph->setSelectionMode(QAbstract3DGraph::SelectionItem);
    graph->setAxisX(m_impl->across);
    graph->setAxisY(m_impl->up);
    graph->setAxisZ(m_impl->away);
    graph->setHorizontalAspectRatio(1);
    graph->setAspectRatio(1.5);
    // As near as leaves the ends of the axes in a small card; looking a little down, where their names are.
    graph->scene()->activeCamera()->setCameraPosition(-38, 26, 97);
    graph->scene()->activeCamera()->setTarget({0, -0.5F, 0});
    for (QValue3DAxis* axis : {m_impl->across, m_impl->up, m_impl->away}) {
        axis->setTitleVisible(true);
        axis->setLabelAutoRotation(40);
    }
    m_impl->series->setDrawMode(QSurface3DSeries::DrawSurface);
    m_impl->series->setFlatShadingEnabled(false);
    m_impl->series->setItemLabelFormat("@xTitle @xLabel · @zTitle @zLabel · @yTitle @yLabel");
    graph->addSeries(m_impl->series);
    QWidget* container = QWidget::createWindowContainer(graph, this);
    container->setMinimumSize(200, 160);
    container->setFocusPolicy(Qt::StrongFocus);
    container->setAccessibleName(tr("Surface in three dimensions"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 14, 8);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_sentence);
    column->addWidget(container, 1);
}

Surface3d::~Surface3d() = default;

std::size_t Surface3d::shownTrials() const { return m_impl->trials; }

void Surface3d::setChart(const HeatMap& map, const std::vector<double>& heights) {
    if (map.values.rows() < 2 || map.values.cols() < 2) return;
    m_impl->map = map;
    m_impl->heights = heights;
    m_title->setText(QString::fromStdString(map.title));
    m_sentence->setText(QString::fromStdString(map.sentence).replace(tr("Rings are trials"), tr("Spheres are trials")) + ' ' +
                        tr("Drag with the right button to turn, roll the wheel to come nearer, click to read."));
    const AxisScaling x = scalingOf(map.x, map.xEdges), z = scalingOf(map.y, map.yEdges);
    Extent extent;
    extent.add(std::span(map.values.data(), static_cast<std::size_t>(map.values.size())));
    const AxisScaling y(Axis{.label = map.valueLabel}, extent.low, extent.high, 0.02);
    const auto dressAxis = [](QValue3DAxis* axis, const AxisScaling& scaling, double offset) {
        axis->setRange(static_cast<float>(scaling.low()), static_cast<float>(scaling.high()));
        axis->setFormatter(new TickFormatter(scaling, offset));
        axis->setTitle(scaling.label());
    };
    dressAxis(m_impl->across, x, x.isCategorical() ? 0.5 : 0);
    dressAxis(m_impl->away, z, z.isCategorical() ? 0.5 : 0);
    dressAxis(m_impl->up, y, 0);
    m_impl->dress();
    m_impl->fillSurface(x, z);
    m_impl->addTrials(x, z);
}

void Surface3d::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::StyleChange) return;
    if (m_impl->map.values.size() > 0) setChart(HeatMap(m_impl->map), std::vector<double>(m_impl->heights));
}

#else

QString whyNo3d() { return Surface3d::tr("This program was built without Qt Data Visualization, which draws in three dimensions."); }

struct Surface3d::Impl {};
Surface3d::Surface3d(QWidget* parent) : QFrame(parent), m_title(nullptr), m_sentence(nullptr) {}
Surface3d::~Surface3d() = default;
void Surface3d::setChart(const HeatMap&, const std::vector<double>&) {}
std::size_t Surface3d::shownTrials() const { return 0; }
void Surface3d::changeEvent(QEvent* event) { QFrame::changeEvent(event); }

#endif

}  // namespace holdout

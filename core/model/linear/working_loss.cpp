// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/linear/working_loss.h"

#include <numeric>

#include "model/linear/column_products.h"
#include "model/linear/moments.h"

namespace holdout {
namespace {

using Eigen::Index;

/// Columns are kept from so many on, and of them up to so many numbers: fewer are all in the set from the start, and one
/// pass over the rows is as quick.
constexpr Index kLeastColumns = 400, kMostKept = Index{1} << 26;
/// Pieces of work on the kept columns: some hundred thousand numbers each.
constexpr std::size_t kColumnsAPiece = 64;

/// Gives curvature to directions that have none (all classes' intercepts together; with L1 alone, all classes' weights
/// of a feature). The model is centred at the point, so this only holds the step back along them.
void makeDefinite(Eigen::MatrixXd& hessian, Index width, Index outputs) {
    const double weight = hessian.diagonal().mean();
    hessian.diagonal() *= 1 + 1e-10;
    hessian.diagonal().array() += 1e-14 * weight;
    for (Index k = 0; outputs > 1 && k < outputs; ++k)
        for (Index l = 0; l < outputs; ++l) hessian(k * width, l * width) += weight;
}

/// Reads the features anew for each point.
class StreamedLoss final : public WorkingLoss {
public:
    StreamedLoss(const LinearLoss& loss, const WorkingSet& set) : m_loss(loss), m_set(set) {}

    LossSums evaluate(const Eigen::MatrixXd& point, Derivatives derivatives, JobContext& context) override {
        LossSums sums = m_loss.evaluate(point, m_set.members(), derivatives, context);
        if (derivatives == Derivatives::Second) {
            m_hessian = std::move(sums.hessian);
            makeDefinite(m_hessian, point.rows(), point.cols());
        }
        return sums;
    }

    Eigen::VectorXd largestGradients(const Eigen::MatrixXd& point, JobContext& context) override {
        const LossSums sums = m_loss.evaluateByColumns(point, context);
        return sums.gradient.bottomRows(point.rows() - 1).cwiseAbs().rowwise().maxCoeff();
    }

    void grow(const std::vector<Index>&, JobContext&) override { m_hessian.resize(0, 0); }

private:
    const LinearLoss& m_loss;
    const WorkingSet& m_set;
};

/// Keeps the members' columns, for losses of one output. The rows' curvatures are those of the point that the Hessian was
/// taken at, so that new members' part of it costs no more than their products with the others.
class KeptLoss final : public WorkingLoss {
public:
    KeptLoss(const LinearLoss& loss, const WorkingSet& set)
        : m_loss(loss), m_set(set), m_columns(Eigen::MatrixXd::Ones(loss.design().rows(), 1)) {
        append(set.members());
    }

    LossSums evaluate(const Eigen::MatrixXd& point, Derivatives derivatives, JobContext& context) override {
        moveTo(point.col(0), context);
        if (!m_gradientIsKnown) {
            m_gradient = crossOfMembers();
            m_gradientIsKnown = true;
        }
        if (derivatives == Derivatives::Second) {
            m_curvatures = m_rows.curvatures;
            takeHessian(context);
        }
        return {m_rows.loss, m_gradient, {}};
    }

    Eigen::VectorXd largestGradients(const Eigen::MatrixXd& point, JobContext& context) override {
        Eigen::VectorXd own(width());
        own[0] = point(0, 0);
        for (Index k = 1; k < own.size(); ++k) own[k] = point(1 + m_set.members()[static_cast<std::size_t>(k - 1)], 0);
        const LossSums sums = evaluate(own, Derivatives::First, context);
        Eigen::VectorXd all = crossOfOthers(context);
        all(m_set.members()) = sums.gradient.col(0).tail(own.size() - 1);
        return all.cwiseAbs();
    }

    void grow(const std::vector<Index>& added, JobContext& context) override {
        context.throwIfStopped();
        const Index old = width(), more = static_cast<Index>(added.size());
        append(added);
        m_gradientIsKnown = false;
        if (m_point.size() > 0) {
            m_point.conservativeResize(width());
            m_point.tail(more).setZero();
        }
        if (m_hessian.size() > 0) extendHessian(old);
    }

private:
    Index width() const { return 1 + m_count; }
    auto columns() const { return m_columns.leftCols(width()); }

    void append(const std::vector<Index>& added) {
        const Index old = width(), more = static_cast<Index>(added.size());
        if (old + more > m_columns.cols())
            m_columns.conservativeResize(Eigen::NoChange, std::min(2 * (old + more), 1 + m_loss.design().columns()));
        m_loss.design().standardise(added, m_columns.middleCols(old, more));
        m_count += more;
    }

    void moveTo(const Eigen::VectorXd& point, JobContext& context) {
        if (m_point.size() == point.size() && m_point == point) return;
        context.throwIfStopped();
        m_point = point;
        m_gradientIsKnown = false;
        const Eigen::MatrixXd scores = combination(columns(), point);
        m_rows = m_loss.atScores(scores, context);
    }

    /// Members' products with the residuals.
    Eigen::VectorXd crossOfMembers() const {
        Eigen::VectorXd product(width());
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(width()), kColumnsAPiece);
        parallelFor(parts.size(), [&](std::size_t part) {
            const auto begin = static_cast<Index>(parts[part].begin), count = static_cast<Index>(parts[part].size());
            product.segment(begin, count).noalias() =
                m_columns.middleCols(begin, count).transpose() * m_rows.residuals.col(0);
        });
        return product;
    }

    /// Other columns' products with the residuals; 0 for members.
    Eigen::VectorXd crossOfOthers(JobContext& context) const {
        const DesignMatrix& design = m_loss.design();
        const Eigen::VectorXd residuals = m_rows.residuals.col(0);
        if (design.isSparse()) return design.cross(residuals, context);
        Eigen::VectorXd product = Eigen::VectorXd::Zero(design.columns());
        const double sum = residuals.sum();
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(design.columns()), kColumnsAPiece);
        parallelFor(parts.size(), [&](std::size_t part) {
            for (auto j = static_cast<Index>(parts[part].begin); j < static_cast<Index>(parts[part].end); ++j)
                if (!m_set.has(j))
                    product[j] = (design.raw(j).dot(residuals) - design.mean(j) * sum) / design.scale(j);
        });
        return product;
    }

    void takeHessian(JobContext& context) {
        const Eigen::VectorXd roots = m_curvatures.cwiseSqrt();
        Eigen::MatrixXd rooted(m_columns.rows(), width());
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(width()), kColumnsAPiece);
        parallelFor(parts.size(), [&](std::size_t part) {
            for (auto j = static_cast<Index>(parts[part].begin); j < static_cast<Index>(parts[part].end); ++j)
                rooted.col(j) = m_columns.col(j).cwiseProduct(roots);
        });
        m_hessian = tiledGram(rooted, context);
        makeDefinite(m_hessian, width(), 1);
    }

    /// By the products of the members from `old` on with all.
    void extendHessian(Index old) {
        const Index more = width() - old;
        const Eigen::MatrixXd fresh = m_columns.middleCols(old, more).array().colwise() * m_curvatures.array();
        Eigen::MatrixXd products(width(), more);
        const std::vector<Range> parts = chunks(static_cast<std::size_t>(width()), kColumnsAPiece);
        parallelFor(parts.size(), [&](std::size_t part) {
            const auto begin = static_cast<Index>(parts[part].begin), count = static_cast<Index>(parts[part].size());
            std::vector<Index> own(parts[part].size());
            std::iota(own.begin(), own.end(), begin);
            columnProducts(m_columns, own, fresh, products.middleRows(begin, count));
        });
        m_hessian.conservativeResize(width(), width());
        m_hessian.rightCols(more) = products;
        m_hessian.bottomRows(more) = products.transpose();
        auto corner = m_hessian.bottomRightCorner(more, more);
        corner.triangularView<Eigen::StrictlyUpper>() = corner.transpose();
        corner.diagonal() *= 1 + 1e-10;
    }

    const LinearLoss& m_loss;
    const WorkingSet& m_set;
    Eigen::MatrixXd m_columns;  ///< ones, then the members' standardised values, with room for more
    Index m_count = 0;          ///< of members
    Eigen::VectorXd m_point;    ///< that m_rows are of
    RowDerivatives m_rows;
    Eigen::VectorXd m_gradient;
    bool m_gradientIsKnown = false;
    Eigen::VectorXd m_curvatures;  ///< of the rows, at the point of the Hessian
};

}  // namespace

std::unique_ptr<WorkingLoss> makeWorkingLoss(const LinearLoss& loss, const WorkingSet& set) {
    const DesignMatrix& design = loss.design();
    if (loss.outputs() == 1 && design.columns() >= kLeastColumns && design.rows() * (1 + design.columns()) <= kMostKept)
        return std::make_unique<KeptLoss>(loss, set);
    return std::make_unique<StreamedLoss>(loss, set);
}

}  // namespace holdout

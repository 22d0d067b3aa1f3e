// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "model/neural/layer_work.h"

namespace holdout {

/// Takes samples through a network as outside training: no noise, running statistics. Holds the work memory for up to
/// `most` samples; for one thread. Keeps a reference to the network.
template <typename Scalar>
class ForwardPass {
public:
    using Matrix = typename Network<Scalar>::Matrix;

    ForwardPass(const Network<Scalar>& network, Eigen::Index most);
    /// Class scores or values, outputs × samples.
    const Matrix& outputs(const Matrix& inputs) { return through(inputs, m_works.size()); }
    /// The values before layer `layer`, values × samples.
    const Matrix& through(const Matrix& inputs, std::size_t layer);

private:
    const Network<Scalar>& m_network;
    std::vector<std::unique_ptr<LayerWork<Scalar>>> m_works;
    Matrix m_from;
    Matrix m_to;
};

extern template class ForwardPass<float>;
extern template class ForwardPass<double>;

}  // namespace holdout

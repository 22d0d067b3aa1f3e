// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>

#include <Eigen/Core>

#include "base/pack_product.h"

namespace holdout::convolution {

// The two inner loops of a convolution. Both keep a tile of `Rows` × `Packs` vectors of sums in registers and add
// (a number of a row) × (a vector of channels) to each: on the way forward the rows are pixels, in the gradient
// they are weights. Each lane is a channel of its own, so that the width of the vectors never changes a bit.

using Eigen::Index;

template <typename Scalar>
inline constexpr Index lanes = packLanes<Scalar>;

/// What the sums of a tile run over: `runs` stretches of `length` numbers that lie together.
struct Runs {
    Index count = 0;
    Index length = 0;
    Index step = 0;  ///< from the start of a stretch to that of the next
};

/// out[row][lane] = bias[lane] + sum over k of in[row * rowStep + place of k] * weights[k][lane]
/// `weights` and `bias` are of whole vectors, `weightStep` numbers from k to k + 1; `kept` lanes are written.
template <typename Scalar, int Rows, int Packs>
inline void sumPixels(const Scalar* in, Index rowStep, const Runs& runs, const Scalar* weights, Index weightStep,
                      const Scalar* bias, Scalar* out, Index outStep, Index kept) {
    Pack<Scalar> sums[Rows][Packs];
    for (int p = 0; p < Packs; ++p)
        for (int r = 0; r < Rows; ++r) sums[r][p] = *reinterpret_cast<const Pack<Scalar>*>(bias + p * lanes<Scalar>);
    for (Index run = 0; run < runs.count; ++run) {
        const Scalar* from = in + run * runs.step;
        for (Index k = 0; k < runs.length; ++k, weights += weightStep) {
            Pack<Scalar> weight[Packs];
            for (int p = 0; p < Packs; ++p)
                weight[p] = *reinterpret_cast<const Pack<Scalar>*>(weights + p * lanes<Scalar>);
            for (int r = 0; r < Rows; ++r)
                for (int p = 0; p < Packs; ++p) sums[r][p] += from[r * rowStep + k] * weight[p];
        }
    }
    for (int r = 0; r < Rows; ++r) {
        if (kept == Packs * lanes<Scalar>)
            for (int p = 0; p < Packs; ++p)
                *reinterpret_cast<Pack<Scalar>*>(out + r * outStep + p * lanes<Scalar>) = sums[r][p];
        else
            std::memcpy(out + r * outStep, sums[r], static_cast<std::size_t>(kept) * sizeof(Scalar));
    }
}

/// Pixels of a sample and their derivatives, as the gradient runs over them.
struct PixelGrid {
    Index height = 0;
    Index width = 0;
    Index inRowStep = 0;  ///< numbers from a row of pixels to the next, in the inputs
    Index inPixelStep = 0;
    Index deltaStep = 0;  ///< numbers from a pixel to the next, in the derivatives
};

/// sums[group][row][lane] += sum over pixels of in[pixel + group * groupStep + row] * delta[pixel][lane]
/// `sums` are of whole vectors, `sumStep` numbers from row to row; groups follow one another.
template <typename Scalar, int Groups, int Rows, int Packs>
inline void sumGradient(const Scalar* in, Index groupStep, const Scalar* delta, const PixelGrid& grid, Scalar* sums,
                        Index sumStep) {
    Pack<Scalar> tile[Groups][Rows][Packs];
    for (int g = 0; g < Groups; ++g)
        for (int r = 0; r < Rows; ++r)
            for (int p = 0; p < Packs; ++p)
                tile[g][r][p] =
                    *reinterpret_cast<const Pack<Scalar>*>(sums + (g * Rows + r) * sumStep + p * lanes<Scalar>);
    for (Index y = 0; y < grid.height; ++y) {
        const Scalar* from = in + y * grid.inRowStep;
        for (Index x = 0; x < grid.width; ++x, from += grid.inPixelStep, delta += grid.deltaStep) {
            Pack<Scalar> slope[Packs];
            for (int p = 0; p < Packs; ++p)
                slope[p] = *reinterpret_cast<const Pack<Scalar>*>(delta + p * lanes<Scalar>);
            for (int g = 0; g < Groups; ++g)
                for (int r = 0; r < Rows; ++r)
                    for (int p = 0; p < Packs; ++p) tile[g][r][p] += from[g * groupStep + r] * slope[p];
        }
    }
    for (int g = 0; g < Groups; ++g)
        for (int r = 0; r < Rows; ++r)
            for (int p = 0; p < Packs; ++p)
                *reinterpret_cast<Pack<Scalar>*>(sums + (g * Rows + r) * sumStep + p * lanes<Scalar>) = tile[g][r][p];
}

/// Convolves a sample whose borders are in place already. `height` × `width` pixels of `channels` outputs come out.
/// `weights` are k × whole vectors of channels, `bias` is of whole vectors.
template <typename Scalar>
void convolve(const Scalar* in, const PixelGrid& grid, const Runs& runs, const Scalar* weights, const Scalar* bias,
              Scalar* out, Index channels) {
    const Index step = wholePacks<Scalar>(channels);
    const auto rowOf = [&]<int Packs>(Index y, Index first) {
        const Index kept = std::min<Index>(Packs * lanes<Scalar>, channels - first);
        Index x = 0;
        const auto tiles = [&]<int Rows>() {
            for (; x + Rows <= grid.width; x += Rows)
                sumPixels<Scalar, Rows, Packs>(in + y * grid.inRowStep + x * grid.inPixelStep, grid.inPixelStep, runs,
                                               weights + first, step, bias + first,
                                               out + (y * grid.width + x) * channels + first, channels, kept);
        };
        if constexpr (Packs == 1) tiles.template operator()<14>();
        tiles.template operator()<7>();
        tiles.template operator()<4>();
        tiles.template operator()<1>();
    };
    Index first = 0;
    for (; first + 2 * lanes<Scalar> <= step; first += 2 * lanes<Scalar>)
        for (Index y = 0; y < grid.height; ++y) rowOf.template operator()<2>(y, first);
    for (; first < step; first += lanes<Scalar>)
        for (Index y = 0; y < grid.height; ++y) rowOf.template operator()<1>(y, first);
}

/// Adds a sample's part of the gradient to `sums`, laid out as the weights of `convolve`. `delta` has `grid.deltaStep`
/// numbers a pixel, whole vectors of channels.
template <typename Scalar>
void addGradient(const Scalar* in, const PixelGrid& grid, const Runs& runs, const Scalar* delta, Scalar* sums) {
    const Index step = grid.deltaStep;
    const auto blockOf = [&]<int Packs>(Index first) {
        // Short runs of one channel leave most sums of a tile idle: take three of them together.
        if (runs.count == 3 && runs.length == 3) {
            sumGradient<Scalar, 3, 3, Packs>(in, runs.step, delta + first, grid, sums + first, step);
            return;
        }
        for (Index run = 0; run < runs.count; ++run) {
            Index row = 0;
            const auto tiles = [&]<int Rows>() {
                for (; row + Rows <= runs.length; row += Rows)
                    sumGradient<Scalar, 1, Rows, Packs>(in + run * runs.step + row, 0, delta + first, grid,
                                                        sums + (run * runs.length + row) * step + first, step);
            };
            tiles.template operator()<12>();
            tiles.template operator()<4>();
            tiles.template operator()<1>();
        }
    };
    Index first = 0;
    for (; first + 2 * lanes<Scalar> <= step; first += 2 * lanes<Scalar>) blockOf.template operator()<2>(first);
    for (; first < step; first += lanes<Scalar>) blockOf.template operator()<1>(first);
}

}  // namespace holdout::convolution

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "evaluate/continued_fits.h"
#include "tune/study.h"

namespace holdout {

/// What training a trial in one fold has come to.
struct WarmFit {
    std::shared_ptr<const std::string> state;  ///< a checkpoint; null: nothing was kept
    std::int64_t epochs = 0;                   ///< trained by then
    double seconds = 0;                        ///< that it took
};

/// The states that trials with a part of their epochs ended in, so that those that go on with more begin there. No score
/// depends on what is here: a trial that is not found trains anew to the same bits, only longer. Not thread-safe.
class WarmTrials {
public:
    static constexpr std::size_t usualBytes = std::size_t{1} << 30;
    explicit WarmTrials(std::size_t mostBytes = usualBytes) : m_mostBytes(mostBytes) {}

    /// By position of the fold; null when there is nothing of the point.
    const std::vector<WarmFit>* find(const Point& point) const;
    /// Keeps the states of a trial whose `cost` (lower is better) is known. When all take too many bytes, those of the
    /// costliest are forgotten: they are the last to go on.
    void keep(const Point& point, double cost, std::vector<WarmFit> folds);
    /// Forgets all points but these: those that did not go on never will.
    void forgetAllBut(const std::vector<Proposal>& proposals);
    std::size_t bytes() const { return m_bytes; }

private:
    struct Entry {
        double cost;
        std::vector<WarmFit> folds;
    };
    using Entries = std::map<Point, Entry>;
    void forget(Entries::iterator entry);

    const std::size_t m_mostBytes;
    std::size_t m_bytes = 0;
    Entries m_entries;
};

/// Takes the fits of a batch on from where `WarmTrials` says that they are, and holds what they come to.
class WarmBatch final : public ContinuedFits {
public:
    /// By candidate: what there is of it (null: nothing) and how many epochs it is to have. In `folds` folds from the one at
    /// position `firstFold`; with `keeps` there are states to take in the end.
    WarmBatch(std::vector<const std::vector<WarmFit>*> before, std::vector<std::int64_t> epochs, std::size_t firstFold,
              std::size_t folds, bool keeps);
    WarmBatch(WarmBatch&&) noexcept;
    ~WarmBatch() override;
    Checkpoints* of(std::size_t candidate, std::size_t fold) override;
    /// Of a fit that is finished, once.
    WarmFit take(std::size_t candidate, std::size_t fold);

private:
    class State;
    std::size_t m_folds;
    std::vector<std::unique_ptr<State>> m_states;  ///< candidate by candidate
};

}  // namespace holdout

// SPDX-License-Identifier: GPL-3.0-or-later
#include "tune/warm_trials.h"

#include <algorithm>
#include <cmath>

namespace holdout {
namespace {

std::size_t bytesOf(const std::vector<WarmFit>& folds) {
    std::size_t sum = 0;
    for (const WarmFit& fit : folds)
        if (fit.state) sum += fit.state->size();
    return sum;
}

}  // namespace

const std::vector<WarmFit>* WarmTrials::find(const Point& point) const {
    const auto found = m_entries.find(point);
    return found == m_entries.end() ? nullptr : &found->second.folds;
}

void WarmTrials::forget(Entries::iterator entry) {
    m_bytes -= bytesOf(entry->second.folds);
    m_entries.erase(entry);
}

void WarmTrials::keep(const Point& point, double cost, std::vector<WarmFit> folds) {
    if (std::isnan(cost)) return;  // failed: it never goes on
    if (const auto before = m_entries.find(point); before != m_entries.end()) forget(before);
    m_bytes += bytesOf(folds);
    m_entries.emplace(point, Entry{cost, std::move(folds)});
    while (m_bytes > m_mostBytes)
        forget(std::max_element(m_entries.begin(), m_entries.end(),
                                [](const auto& a, const auto& b) { return a.second.cost < b.second.cost; }));
}

void WarmTrials::forgetAllBut(const std::vector<Proposal>& proposals) {
    for (auto entry = m_entries.begin(); entry != m_entries.end();) {
        const auto next = std::next(entry);
        const auto isProposed = [&](const Proposal& proposal) { return proposal.params == entry->first; };
        if (std::none_of(proposals.begin(), proposals.end(), isProposed)) forget(entry);
        entry = next;
    }
}

/// Of one fit, which is asked at the end of each epoch whether its state is to be kept.
class WarmBatch::State final : public Checkpoints {
public:
    State(WarmFit before, std::int64_t epochs, bool keeps)
        : m_fit(std::move(before)), m_epochs(epochs), m_left(epochs - m_fit.epochs), m_keeps(keeps) {}
    /// Due after the last epoch only: making a state takes about as long as a step.
    bool isDue() override { return --m_left <= 0 && m_keeps; }
    void keep(const std::string& state) override {
        m_fit.state = std::make_shared<const std::string>(state);
        m_fit.epochs = m_epochs;
    }
    std::string last() const override { return m_fit.state ? *m_fit.state : std::string(); }
    WarmFit take() { return std::move(m_fit); }

private:
    WarmFit m_fit;
    const std::int64_t m_epochs;
    std::int64_t m_left;
    const bool m_keeps;
};

WarmBatch::WarmBatch(std::vector<const std::vector<WarmFit>*> before, std::vector<std::int64_t> epochs,
                     std::size_t firstFold, std::size_t folds, bool keeps)
    : m_folds(folds) {
    for (std::size_t c = 0; c < before.size(); ++c)
        for (std::size_t f = 0; f < folds; ++f) {
            const std::size_t fold = firstFold + f;
            WarmFit start = before[c] && fold < before[c]->size() ? (*before[c])[fold] : WarmFit{};
            // Of no use: a state past the epochs asked for.
            if (!start.state || start.epochs > epochs[c]) start = {};
            m_states.push_back(std::make_unique<State>(std::move(start), epochs[c], keeps));
        }
}

WarmBatch::WarmBatch(WarmBatch&&) noexcept = default;
WarmBatch::~WarmBatch() = default;

Checkpoints* WarmBatch::of(std::size_t candidate, std::size_t fold) {
    return m_states[candidate * m_folds + fold].get();
}

WarmFit WarmBatch::take(std::size_t candidate, std::size_t fold) {
    return m_states[candidate * m_folds + fold]->take();
}

}  // namespace holdout

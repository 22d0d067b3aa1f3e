// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/start/seal_choice.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSpinBox>
#include <cmath>
#include <limits>

#include "forms/no_stray_wheel.h"
#include "theme/widgets.h"

namespace holdout {

namespace {
constexpr int shares[] = {10, 20, 30};
}

SealChoice::SealChoice(QWidget* parent)
    : QWidget(parent), m_share(new QComboBox(this)), m_stratify(new QCheckBox(tr("same share of each class"), this)), m_seed(new QSpinBox(this)),
      m_seedCaption(makeLabel(tr("seed"), "muted", true, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    m_share->setObjectName("sealShareAtImport");
    m_share->setAccessibleName(tr("Share of the rows that is set aside as a sealed test set"));
    m_share->addItem(tr("none"), 0);
    for (const int share : shares) m_share->addItem(tr("%1 % of the rows").arg(share), share);
    m_stratify->setObjectName("sealStratifyAtImport");
    m_stratify->setToolTip(tr("Takes the same share of every class of the target, so that rare ones are there too."));
    m_seed->setObjectName("sealSeedAtImport");
    m_seed->setAccessibleName(tr("Seed of the sealed test set"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    ignoreStrayWheel(m_share);
    ignoreStrayWheel(m_seed);
    row->addWidget(m_share);
    row->addWidget(m_stratify);
    row->addWidget(m_seedCaption);
    row->addWidget(m_seed);
    row->addStretch(1);
    setSeal(std::nullopt);
    connect(m_share, &QComboBox::activated, this, [this] {
        showFields();
        emit changed();
    });
    connect(m_stratify, &QCheckBox::toggled, this, &SealChoice::changed);
    connect(m_seed, &QSpinBox::valueChanged, this, &SealChoice::changed);
}

std::optional<SealedSpec> SealChoice::seal() const {
    const int share = m_share->currentData().toInt();
    if (share == 0) return std::nullopt;
    return SealedSpec{share / 100.0, m_stratify->isChecked(), static_cast<std::uint64_t>(m_seed->value())};
}

void SealChoice::setSeal(const std::optional<SealedSpec>& seal) {
    const QSignalBlocker shareBlocker(m_share), stratifyBlocker(m_stratify), seedBlocker(m_seed);
    const SealedSpec known = seal.value_or(SealedSpec{});
    m_share->setCurrentIndex(seal ? std::max(0, m_share->findData(static_cast<int>(std::lround(100 * known.fraction)))) : 0);
    m_stratify->setChecked(known.stratify);
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(known.seed, std::numeric_limits<int>::max())));
    showFields();
}

void SealChoice::showFields() {
    const bool isSealed = m_share->currentData().toInt() > 0;
    for (QWidget* field : std::initializer_list<QWidget*>{m_stratify, m_seedCaption, m_seed}) field->setVisible(isSealed);
}

}  // namespace holdout

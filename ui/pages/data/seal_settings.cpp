// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/data/seal_settings.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>
#include <limits>

#include "base/format.h"
#include "document/experiment_document.h"
#include "forms/form_parts.h"
#include "forms/no_stray_wheel.h"
#include "forms/param_words.h"
#include "theme/widgets.h"

namespace holdout {

QString sealedWords(std::size_t rows) {
    const QString count = fromCore(formatCount(static_cast<std::int64_t>(rows)));
    return rows == 1 ? QObject::tr("1 row is sealed") : QObject::tr("%1 rows are sealed").arg(count);
}

SealSettings::SealSettings(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_sentence(quietLabel({}, this)), m_share(new QDoubleSpinBox(this)),
      m_seed(new QSpinBox(this)), m_stratify(new QCheckBox(tr("Same share of each class"), this)), m_button(new QPushButton(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(sectionHeading(tr("Sealed test set"), this));
    column->addWidget(m_sentence);
    m_share->setObjectName("sealShare");
    m_share->setRange(1, 90);
    m_share->setDecimals(0);
    m_share->setSuffix(QStringLiteral(" %"));
    m_share->setToolTip(tr("The share of the rows of the file that is set aside."));
    m_seed->setObjectName("sealSeed");
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setToolTip(tr("Decides which rows they are. It is not the seed of the experiment: that may change, these rows may not."));
    m_stratify->setObjectName("sealStratify");
    m_stratify->setToolTip(tr("Takes the same share of every class of the target, so that rare ones are there too."));
    m_button->setObjectName("seal");
    for (QAbstractSpinBox* box : std::initializer_list<QAbstractSpinBox*>{m_share, m_seed}) ignoreStrayWheel(box);
    auto* grid = settingsGrid();
    int row = 0;
    for (const auto& [caption, field] : {std::pair<QString, QWidget*>{tr("Share"), m_share}, {tr("Seed"), m_seed}}) {
        QLabel* label = settingsLabel(caption, this);
        label->setBuddy(field);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row++, 1);
    }
    column->addLayout(grid);
    column->addWidget(m_stratify);
    column->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, [this] { m_document.spec().data.sealed ? unseal() : seal(); });
    const SealedSpec usual;
    m_share->setValue(100 * usual.fraction);
    m_seed->setValue(static_cast<int>(usual.seed));
    m_stratify->setChecked(usual.stratify);
}

void SealSettings::refresh() {
    const auto& sealed = m_document.spec().data.sealed;
    for (QWidget* field : {static_cast<QWidget*>(m_share), static_cast<QWidget*>(m_seed), static_cast<QWidget*>(m_stratify)})
        field->setEnabled(!sealed);
    m_button->setText(sealed ? tr("Give the rows back") : tr("Seal these rows"));
    if (!sealed) {
        m_sentence->setText(tr("Set rows aside that no page shows and no model sees. At the very end Evaluate opens the seal "
                               "and scores them: the most honest figure there is."));
        return;
    }
    m_share->setValue(100 * sealed->fraction);
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(sealed->seed, std::numeric_limits<int>::max())));
    m_stratify->setChecked(sealed->stratify);
    const auto read = m_document.data();
    const QString words = read && read->sealed ? sealedWords(read->sealed->rows()) : tr("Rows are being sealed");
    m_sentence->setText(tr("%1. Open the seal on the Evaluate page.").arg(words));
}

void SealSettings::seal() {
    const SealedSpec spec{m_share->value() / 100, m_stratify->isChecked(), static_cast<std::uint64_t>(m_seed->value())};
    m_document.edit(tr("seal rows"), [&](ExperimentSpec& experiment) { experiment.data.sealed = spec; });
}

void SealSettings::unseal() {
    if (m_document.runs().empty()) return removeSeal();
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Give the rows back"),
                                tr("Runs have been made without the sealed rows. Giving them back counts as opening the seal: it is "
                                   "dated and listed, and cannot be taken back."),
                                QMessageBox::Cancel, this);
    box->setObjectName("unsealBox");
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* give = box->addButton(tr("Give back"), QMessageBox::AcceptRole);
    connect(give, &QPushButton::clicked, this, &SealSettings::removeSeal);
    box->open();
}

void SealSettings::removeSeal() {
    m_document.edit(tr("give sealed rows back"), [](ExperimentSpec& experiment) { experiment.data.sealed.reset(); });
}

}  // namespace holdout

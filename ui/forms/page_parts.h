// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFrame>
#include <QString>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace holdout {

class FillingStack;

// What all pages are put together from, so that they read alike.

/// The frame of a page: title, the line below it, buttons at the right; then the content, or while there is none what
/// would be there and what to do.
class PageBody : public QWidget {
    Q_OBJECT
public:
    PageBody(const QString& title, QWidget* parent);

    void setLine(const QString& text);
    /// At the right of the title, in the order of calls.
    QPushButton* addButton(const QString& text, const QString& name);
    void addHeaderWidget(QWidget* widget);
    /// Below the title, above the content, which scrolls under it; hidden while there is none.
    void addFixed(QWidget* widget);
    /// Where the content goes, from top to bottom; it scrolls when the window is small.
    QVBoxLayout* content() const { return m_content; }

    void showContent();
    /// `action` is what the button does; without `button` there is none.
    void showEmpty(const QString& title, const QString& sentence, const QString& button = {},
                   std::function<void()> action = {});
    bool isShowingContent() const;

private:
    QLabel* m_line;
    std::vector<QWidget*> m_fixed;
    QHBoxLayout* m_buttons;
    QVBoxLayout* m_content;
    FillingStack* m_stack;
    QLabel* m_emptyTitle;
    QLabel* m_emptySentence;
    QPushButton* m_emptyButton;
    std::function<void()> m_emptyAction;
};

/// A row of figures with words below them. Labels are reused, so setting it 30 times a second is cheap.
class TileStrip : public QFrame {
    Q_OBJECT
public:
    struct Tile {
        QString value;
        QString caption;
        QColor color = {};  ///< invalid: the ink
        QString tooltip = {};
        bool operator==(const Tile&) const = default;
    };
    explicit TileStrip(QWidget* parent);
    void setTiles(const std::vector<Tile>& tiles);
    const std::vector<Tile>& tiles() const { return m_tiles; }

private:
    struct Labels {
        QWidget* box;
        QLabel* value;
        QLabel* caption;
    };
    std::vector<Tile> m_tiles;
    std::vector<Labels> m_labels;
    QHBoxLayout* m_row;
};

/// A soft blue box with a sentence; `lead` is its first words, in bold.
QLabel* noteLabel(const QString& lead, const QString& text, QWidget* parent);
void setNote(QLabel* note, const QString& lead, const QString& text);
/// A line of problems in the warning colour; hidden while empty.
QLabel* problemLabel(QWidget* parent);
/// A settings panel that is as wide as the window gives it and scrolls by the window.
QWidget* settingsPanel(QWidget* owner);

}  // namespace holdout

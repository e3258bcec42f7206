"""The style sheet: what Fusion and a palette cannot say. Kept small; sizes in points follow the desktop's own."""

from pathlib import Path

from app.ui.colours import Colours
from app.ui.levels import Level


def style_sheet(colours: Colours, points: float, icons: Path) -> str:
    """Return the application's style sheet in ``colours`` for body text of ``points``; ``icons`` is their folder."""
    c = colours
    folder = icons.as_posix()
    return f"""
QWidget#rail {{ background: {c.rail}; border-right: 1px solid {c.border}; }}
QWidget#topBar {{ background: {c.panel}; border-bottom: 1px solid {c.border}; }}
QWidget#statusBar {{ background: {c.panel}; border-top: 1px solid {c.border}; }}
QFrame#card {{ background: {c.panel}; border: 1px solid {c.border}; border-radius: 8px; }}
QFrame#messageBar {{ background: {c.note}; border: 1px solid {c.accent}; border-radius: 6px; }}
QFrame#messageBar[tone="problem"] {{ background: {c.problem}; border-color: {c.sale}; }}
QFrame#messageBar QLabel {{ color: {c.on_note}; }}
QFrame#messageBar[tone="problem"] QLabel {{ color: {c.on_problem}; }}
QFrame#alarmBar {{ background: {c.chips[Level.SALE].fill}; border: none; }}
QFrame#alarmBar QLabel {{ color: {c.chips[Level.SALE].text}; font-weight: 600; }}
QFrame#alarmBar[level="call"] {{ background: {c.chips[Level.CALL].fill}; }}
QFrame#alarmBar[level="call"] QLabel {{ color: {c.chips[Level.CALL].text}; }}

QLabel {{ background: transparent; color: {c.text}; }}
QLabel[tone="muted"] {{ color: {c.muted}; }}
QLabel[tone="accent"] {{ color: {c.accent}; }}
QLabel[tone="safe"] {{ color: {c.safe}; }}
QLabel[tone="watch"] {{ color: {c.watch}; }}
QLabel[tone="call"] {{ color: {c.call}; }}
QLabel[tone="sale"] {{ color: {c.sale}; }}
QLabel[look="headline"] {{ font-size: {points * 1.5:.1f}pt; font-weight: 700; }}
QLabel[look="figure"] {{ font-size: {points * 1.45:.1f}pt; font-weight: 700; }}
QLabel[look="title"] {{ font-weight: 700; }}
QLabel[look="brand"] {{ font-size: {points * 1.15:.1f}pt; font-weight: 700; }}
QLabel[look="small"] {{ font-size: {points * 0.92:.1f}pt; }}

QFrame#demoBand {{ background: {c.demo}; }}
QFrame#demoBand QLabel {{ color: {c.on_demo}; }}

QPushButton, QToolButton {{
    background: {c.panel}; color: {c.text}; border: 1px solid {c.strong_border}; border-radius: 6px; padding: 5px 12px;
}}
QPushButton:hover, QToolButton:hover {{ background: {c.hover}; }}
QPushButton:pressed, QToolButton:pressed, QPushButton:checked {{ background: {c.selected}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {c.muted}; border-color: {c.border}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.accent}; padding: 4px 11px; }}
QPushButton[kind="primary"] {{
    background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: 600;
}}
QPushButton[kind="primary"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {c.track}; color: {c.muted}; border-color: {c.track}; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent; border-color: transparent; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {c.hover}; }}
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="cell"] {{
    background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px 8px; color: {c.muted};
    font-size: {points * 0.92:.1f}pt;
}}
QPushButton[kind="cell"]:hover {{ background: {c.hover}; color: {c.text}; }}
QPushButton[kind="cell"]:focus {{ border: 1px solid {c.accent}; padding: 3px 8px; }}
QPushButton[kind="cell"][trouble="true"] {{ color: {c.call}; font-weight: 600; }}
QFrame#alarmBar QPushButton {{
    background: transparent; color: {c.chips[Level.SALE].text}; border: 1px solid {c.chips[Level.SALE].text};
    padding: 3px 10px;
}}
QFrame#alarmBar QPushButton:hover {{ background: {c.chips[Level.SALE].text}; color: {c.chips[Level.SALE].fill}; }}
QFrame#alarmBar QPushButton:focus {{ border: 2px solid {c.chips[Level.SALE].text}; padding: 2px 9px; }}
QFrame#alarmBar[level="call"] QPushButton {{
    color: {c.chips[Level.CALL].text}; border-color: {c.chips[Level.CALL].text};
}}
QFrame#alarmBar[level="call"] QPushButton:hover {{
    background: {c.chips[Level.CALL].text}; color: {c.chips[Level.CALL].fill};
}}
QFrame#demoBand QPushButton {{ color: {c.on_demo}; border: 1px solid {c.on_demo}; padding: 2px 10px; }}
QFrame#demoBand QPushButton:hover {{ background: {c.on_demo}; color: {c.demo}; }}
QFrame#demoBand QPushButton:focus {{ border: 2px solid {c.on_demo}; padding: 1px 9px; }}
QToolButton::menu-indicator {{ image: none; }}

QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QDateTimeEdit {{
    background: {c.field}; color: {c.text}; border: 1px solid {c.strong_border}; border-radius: 6px; padding: 5px 8px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus, QDateTimeEdit:focus {{
    border: 2px solid {c.accent}; padding: 4px 7px;
}}
QComboBox::drop-down {{ border: none; width: 26px; }}
QComboBox::down-arrow {{ image: url("{folder}/chevron-{c.name}.svg"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.strong_border}; }}
QCheckBox, QRadioButton {{ color: {c.text}; spacing: 8px; padding: 2px; }}
QCheckBox::indicator, QListWidget::indicator {{
    width: 16px; height: 16px; border: 1px solid {c.strong_border}; border-radius: 4px; background: {c.field};
}}
QCheckBox::indicator:checked, QListWidget::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; image: url("{folder}/check-{c.name}.svg");
}}
QCheckBox::indicator:focus {{ border: 2px solid {c.text}; }}
QListWidget {{
    background: {c.field}; color: {c.text}; border: 1px solid {c.strong_border}; border-radius: 6px; padding: 4px;
}}
QListWidget:focus {{ border: 2px solid {c.accent}; padding: 3px; }}
QListWidget::item {{ padding: 3px 2px; color: {c.text}; }}
QListWidget::item:selected {{ background: {c.selected}; color: {c.text}; }}
QCheckBox:focus {{ color: {c.accent}; }}
QLineEdit[wrong="true"] {{ border-color: {c.sale}; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {c.muted}; border-color: {c.border}; background: {c.window}; }}

QSlider {{ min-height: 22px; background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.strong_border}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {c.accent}; }}
QSlider::handle:horizontal {{
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; border: 1px solid {c.panel}; background: {c.accent};
}}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.text}; width: 12px; height: 12px; }}
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled {{ background: {c.strong_border}; }}

QTableView {{
    background: {c.panel}; border: none; gridline-color: transparent; outline: none;
    selection-background-color: {c.selected}; selection-color: {c.text}; alternate-background-color: {c.panel};
}}
QTableView::item {{ border-bottom: 1px solid {c.border}; padding: 0 5px; }}
QTableView::item:selected {{ background: {c.selected}; color: {c.text}; }}
QHeaderView {{ background: {c.panel}; }}
QHeaderView::section {{
    background: {c.panel}; color: {c.muted}; border: none; border-bottom: 1px solid {c.border}; padding: 6px 8px;
}}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ image: none; width: 0; height: 0; }}
QHeaderView::section:hover {{ color: {c.text}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{
    background: {c.strong_border}; border-radius: 3px; margin: 3px; min-height: 28px; min-width: 28px;
}}
QScrollBar::handle:hover {{ background: {c.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget#page {{ background: transparent; }}
QTabBar::tab {{
    background: transparent; color: {c.muted}; padding: 7px 12px; border: none; border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar::tab:focus {{ color: {c.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
QMenu {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.strong_border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.selected}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.muted}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 8px; }}
QToolTip {{ background: {c.panel}; color: {c.text}; border: 1px solid {c.strong_border}; padding: 4px 6px; }}
"""

"""In which order the photos are shown, beside their number: a quiet button and its menu."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.line_menu import round_menu
from desktop_app.theme import Theme
from desktop_app.widgets.icon_button import IconButton
from engine.query import Order


def _tr(text: str) -> str:
    return QCoreApplication.translate("order", text)


def order_words(order: Order) -> str:
    """As it is chosen."""
    return {
        Order.RELEVANCE: _tr("Best match first"),
        Order.DATE: _tr("Newest first"),
        Order.OLDEST: _tr("Oldest first"),
        Order.NAME: _tr("By file name"),
        Order.RATING: _tr("Best rated first"),
    }[order]


class OrderButton(IconButton):
    """`chosen(Order)`. Only what is described has a best match."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "order", _tr("Order of the photos"), parent)
        self._order, self._described = Order.DATE, False
        self.clicked.connect(self._open)

    def show_order(self, order: Order, *, described: bool) -> None:
        self._order, self._described = order, described
        self.set_name(f"{_tr('Order of the photos')}: {order_words(order)}")

    def menu_of_orders(self) -> QMenu:
        menu = round_menu(self, _tr("Order of the photos"))
        group = QActionGroup(menu)
        for order in Order:
            if order is Order.RELEVANCE and not self._described:
                continue
            action = menu.addAction(order_words(order))
            action.setCheckable(True)
            action.setChecked(order is self._order)
            action.triggered.connect(lambda _=False, order=order: self.chosen.emit(order))
            group.addAction(action)
        return menu

    def _open(self) -> None:
        self.menu_of_orders().popup(self.mapToGlobal(self.rect().bottomLeft()))

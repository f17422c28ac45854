"""Connects the menu of orders with the box: what is chosen is written there as `sort:`, what is written is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.inquiry import Inquiry
from desktop_app.live_search import LiveSearch
from desktop_app.query_cursor import with_filter
from desktop_app.widgets.search_box import SearchBox
from desktop_app.widgets.search_order import OrderButton
from engine.query import Order, parse
from engine.query_order import SORT


def usual(inquiry: Inquiry) -> Order:
    """Where nobody asks for another."""
    return Order.RELEVANCE if inquiry.describes else Order.DATE


def order_of(inquiry: Inquiry) -> Order:
    """In which an answer comes."""
    order = parse(inquiry.sentence).order
    return usual(inquiry) if order is Order.RELEVANCE else order


class OrderChooser(QObject):
    def __init__(self, box: SearchBox, button: OrderButton, search: LiveSearch) -> None:
        super().__init__(box)
        self._box, self._button, self._search = box, button, search
        button.chosen.connect(self._choose)
        search.asked.connect(self._show)

    def _show(self, inquiry: Inquiry) -> None:
        self._button.show_order(order_of(inquiry), described=inquiry.describes)

    def _choose(self, order: Order) -> None:
        value = "" if order is usual(self._search.inquiry) else order.value
        text = with_filter(self._box.text(), SORT, value)
        if text != self._box.text().strip():
            self._box.replace_text(text)
            self._box.search_now.emit()

"""What every register of deliveries does."""

from __future__ import annotations

from dataclasses import replace

from fonds.repository.ports.deliveries import Deliveries, Entry

FIRST = Entry(7, "ingest", "2026-01-01T00:00:00+00:00", "lan", "/giao-nop", "Á Châu", "a-chau", "f" * 64, {"form": 1})


class DeliveriesContract:
    """Run by each back end with a fixture ``deliveries`` that is empty."""

    def test_what_was_put_is_there(self, deliveries: Deliveries) -> None:
        deliveries.put(FIRST)
        assert deliveries.get(7) == FIRST
        assert deliveries.get(8) is None

    def test_putting_again_changes_nothing_else(self, deliveries: Deliveries) -> None:
        deliveries.put(FIRST)
        deliveries.put(replace(FIRST, record={"form": 1, "dossiers": [{"code": "Đ"}]}))
        assert deliveries.recent().total == 1
        found = deliveries.get(7)
        assert found is not None
        assert found.record["dossiers"] == [{"code": "Đ"}]

    def test_the_newest_come_first_and_in_pages(self, deliveries: Deliveries) -> None:
        for number in (3, 9, 5):
            deliveries.put(replace(FIRST, number=number))
        assert [one.number for one in deliveries.recent(limit=2).items] == [9, 5]
        assert [one.number for one in deliveries.recent(offset=2).items] == [3]

    def test_a_vendor_is_named_as_it_was_last(self, deliveries: Deliveries) -> None:
        deliveries.put(FIRST)
        deliveries.put(replace(FIRST, number=9, vendor="Á CHÂU"))
        deliveries.put(replace(FIRST, number=8, vendor="á châu"))
        deliveries.put(replace(FIRST, number=10, vendor="", vendor_key=""))
        assert deliveries.vendors() == [("a-chau", "Á CHÂU", 3)]
        assert deliveries.recent(vendor_key="a-chau").total == 3

    def test_it_can_be_forgotten(self, deliveries: Deliveries) -> None:
        deliveries.put(FIRST)
        deliveries.clear()
        assert deliveries.recent().total == 0

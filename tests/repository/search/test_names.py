from __future__ import annotations

import pytest

from fonds.repository.search.names import names


@pytest.mark.parametrize(
    ("text", "people", "places"),
    [
        ("Đơn của bà Trần Thị Sáu và ông Lê Văn Ba", ["Trần Thị Sáu", "Lê Văn Ba"], []),
        ("Quyết định của Chủ tịch Phạm Hùng", ["Phạm Hùng"], []),
        ("về việc Ủy ban hành chính họp", [], []),
        ("Nguyễn gửi đơn", [], []),
        ("xã Bình Minh, huyện Mỏ Cày, tỉnh Bến Tre", [], ["Bình Minh", "Mỏ Cày", "Bến Tre"]),
        ("Tỉnh Thừa Thiên Huế; thị xã Gò Công; Thành phố Huế", [], ["Thừa Thiên Huế", "Gò Công", "Huế"]),
        ("phường 5, quận Ba", [], ["5", "Ba"]),
        ("họp tại Hà Nội năm 1962", [], ["Hà Nội"]),
        ("xã Lê Minh Xuân", [], ["Lê Minh Xuân"]),
        ("DANH SÁCH NGUYỄN VĂN HÒA XÃ BÌNH MINH", [], []),
        ("Trần Thị Sáu, Trần Thị Sáu", ["Trần Thị Sáu"], []),
        ("Hoa\u0300ng Va\u0306n Thu\u0323", ["Hoàng Văn Thụ"], []),
        ("", [], []),
    ],
)
def test_names(text: str, people: list[str], places: list[str]) -> None:
    found = names([text])
    assert (list(found.people), list(found.places)) == (people, places)

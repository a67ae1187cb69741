"""Finding aids as other archives write them, small and made up."""

from __future__ import annotations

from pathlib import Path

CODE = "H99.12.P01"
DOCTYPE = (
    '<!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN"'
    ' "ead.dtd">'
)
AID = """<?xml version="1.0" encoding="UTF-8"?>
{doctype}
<ead>
  <eadheader><eadid>X-1</eadid>
    <filedesc><titlestmt><titleproper>Mục lục phông</titleproper></titlestmt></filedesc></eadheader>
  <archdesc level="fonds">
    <did><unitid>{code}</unitid><unittitle>Ủy ban hành chính tỉnh Sơn Vân</unittitle>
      <unitdate normal="1955/1975">1955 - 1975</unitdate></did>
    <bioghist><p>Thành lập năm 1955.</p></bioghist>
    <dsc>
      <c01 level="series"><did><unitid>01</unitid><unittitle>Mục lục số 01</unittitle></did>
        <c02 level="file"><did><unitid>H99.12.P01.1962.01</unitid><unittitle>Báo cáo năm 1962</unittitle></did></c02>
        <c02 level="file"><did><unitid>H99.12.P01.1964.03</unitid><unittitle>{title}</unittitle>
            <unitdate normal="1964">1964</unitdate></did>
          <zzz a="b">chỉ có ở đây</zzz>
          <c03 level="item"><did><unittitle>Công văn về đắp đê</unittitle></did>
            <c04><did><unittitle>Phụ lục</unittitle></did></c04></c03></c02>
      </c01>
      <c01 level="series"><did><unitid>02</unitid><unittitle>Mục lục số 02</unittitle></did>
        <c02 level="subseries"><did><unitid>A</unitid><unittitle>Nhóm A</unittitle></did>
          <c03 level="file"><did><unitid>H99.12.P01.1970.10</unitid><unittitle>Hồ sơ đê điều</unittitle></did>
            <accessrestrict><p>Công khai</p></accessrestrict></c03>
          <c03 level="file"><did><unittitle>Không mã</unittitle></did></c03>
          <c03 level="file" audience="internal"><did><unitid>N</unitid><unittitle>Nội bộ</unittitle></did></c03></c02>
        <c02 level="item"><did><unitid>H99.12.P01.1970.11</unitid><unittitle>Bản đồ lẻ</unittitle></did></c02>
        <c02 level="file"><did><unitid>H99.12.P01.1970.10</unitid><unittitle>Trùng mã</unittitle></did></c02>
      </c01>
    </dsc>
  </archdesc>
</ead>"""


def write_aid(
    path: Path, *, code: str = CODE, title: str = "Công văn về đê điều huyện Thanh Bình", doctype: str = DOCTYPE
) -> Path:
    """Write the finding aid; returns its path."""
    path.write_text(AID.format(code=code, title=title, doctype=doctype), "utf-8")
    return path

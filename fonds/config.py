"""Settings of one repository: ``fonds.toml`` in its folder. An unknown key is an error, never ignored."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from fonds import amounts
from fonds.errors import FondsError, UsageError

FILE_NAME = "fonds.toml"
FORMAT = 1
"""Version of the repository's layout; a newer one is refused, an older one is migrated."""

ISOLATED = "isolated"
DEPLOYMENTS = ("networked", ISOLATED)


STARTTLS = "starttls"
NO_TLS = "none"
_SECURITY = (STARTTLS, "tls", NO_TLS)
"""How a connection to the mail server is protected."""

AUTO = "auto"
"""The setting ``scanner`` for the virus scanner that runs on this machine, if any."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Back ends are named by URL; relative paths are below the repository's folder."""

    format: int
    deployment: str = "networked"
    archive_name: str = ""
    archive_parent: str = ""
    archive_place: str = ""
    catalogue: str = "sqlite:catalogue.sqlite3"
    store: str = "file:store"
    index: str = "whoosh:index"
    access: str = "access"
    log: str = "log"
    checkpoint_key: str = "checkpoint-key.pem"
    stamp_url: str = ""
    stamp_roots: str = ""
    workers: int = 0
    audit_days: int = 90
    audit_quota: str = ""
    audit_hours: str = ""
    audit_rate: str = ""
    audit_sample: int = 1
    copies_required: int = 1
    max_pixels: int = 64_000_000
    page_memory: int = 4_096
    page_seconds: int = 300
    scanner: str = AUTO
    scanner_limit: int = 100
    audit_days_of: Mapping[str, int] = field(default_factory=dict)
    audit_at: str = "20:00"
    mail_host: str = ""
    mail_port: int = 587
    mail_security: str = STARTTLS
    mail_user: str = ""
    mail_from: str = ""
    mail_to: str = ""
    notice_url: str = ""
    notice_weekly: bool = False
    notice_lang: str = "vi"

    def days_of(self, copy: str) -> int:
        """Return after how many days a package is due for a check again in a copy (``main``: the store itself)."""
        return self.audit_days_of.get(copy, self.audit_days)


def template(deployment: str) -> str:
    """Return the text of a new ``fonds.toml``, every setting explained in Vietnamese and English."""
    return _TEMPLATE.format(format=FORMAT, deployment=deployment)


def load(root: Path) -> Settings:
    """Read the settings of the repository in ``root``.

    Raises FondsError REPOSITORY_MISSING, SYSTEM_FAILED (cannot be read), SETTINGS_BROKEN (not TOML), SETTINGS_UNKNOWN
    (unknown key), SETTINGS_VALUE (wrong type or value, or two places in one another) or REPOSITORY_VERSION (made by
    another version of Fonds).
    """
    path = root / FILE_NAME
    try:
        loaded = tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError("REPOSITORY_MISSING", path=root) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FondsError("SETTINGS_BROKEN", path=path, reason=error) from error
    except OSError as error:
        raise FondsError("SYSTEM_FAILED", path=path, reason=error.strerror) from error
    return _checked(loaded, path)


def _checked(loaded: dict[str, object], path: Path) -> Settings:
    version = loaded.get("format")
    if version != FORMAT:
        raise FondsError("REPOSITORY_VERSION", path=path, found=version, supported=FORMAT)
    for key, value in loaded.items():
        _check(key, value, path)
    settings = Settings(**loaded)  # type: ignore[arg-type]  # every key and type was checked just above
    _check_places(settings, path)
    # A password is never sent where everybody on the way can read it.
    if settings.mail_user and settings.mail_security == NO_TLS:
        raise FondsError("SETTINGS_VALUE", path=path, key="mail_security", value=NO_TLS)
    return settings


def _check(key: str, value: object, path: Path) -> None:
    kinds = {field.name: type(getattr(_DEFAULTS, field.name)) for field in fields(Settings)}
    if key not in kinds:
        raise FondsError("SETTINGS_UNKNOWN", path=path, key=key, known=", ".join(sorted(kinds)))
    good = type(value) is kinds[key]
    if key in _CHOICES:
        good = value in _CHOICES[key]
    elif key == "audit_days_of":
        good = isinstance(value, dict) and all(_is_days(one) for one in value.values())
    elif isinstance(value, int):
        good = good and (_LEAST.get(key, 0) <= value <= _MOST.get(key, value) or (value == 0 and key in _NO_LIMIT))
    elif isinstance(value, str) and good and key in _FORMS:
        good = _has_form(value, _FORMS[key])
    if not good:
        raise FondsError("SETTINGS_VALUE", path=path, key=key, value=value)


def _has_form(value: str, read: Callable[[str], object]) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _is_days(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST["audit_days"]


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "deployment": DEPLOYMENTS,
    "mail_security": _SECURITY,
    "notice_lang": ("vi", "en"),
}
_DEFAULTS = Settings(format=FORMAT)
_LEAST = {"copies_required": 1, "page_memory": 512, "page_seconds": 10}
"""With less than these, the limits of a page would stop sound pages too."""
_NO_LIMIT = ("page_memory", "page_seconds")
_FORMS: Mapping[str, Callable[[str], object]] = {
    "audit_quota": amounts.quota,
    "audit_hours": amounts.hours,
    "audit_rate": lambda text: text and amounts.byte_count(text),
    "audit_at": lambda text: text and amounts.clock(text),
}
"""How the text of a setting is to be read."""
_MOST = {
    "audit_days": 36_500,
    "audit_sample": 100,
    "copies_required": 99,
    "mail_port": 65_535,
    "workers": 1_024,
    "page_memory": 1_048_576,
    "page_seconds": 86_400,
    "scanner_limit": 2_048,
}
_PLACES = ("catalogue", "store", "index", "access", "log")


def _check_places(settings: Settings, path: Path) -> None:
    # A rebuild deletes caches, and an audit reports what does not belong: no place may hold another one, and none may
    # hold the repository itself.
    root = path.parent.resolve()
    places = {key: (root / place_path(getattr(settings, key))).resolve() for key in _PLACES}
    for key, place in places.items():
        others = [other for name, other in places.items() if name != key]
        if place == root or place in root.parents or any(place == one or place in one.parents for one in others):
            raise FondsError("SETTINGS_VALUE", path=path, key=key, value=getattr(settings, key))
    # Who gets a copy of the store, or of the log, must not get the key with it.
    key_file = (root / settings.checkpoint_key).resolve()
    if key_file == root or any(place == key_file or place in key_file.parents for place in places.values()):
        raise FondsError("SETTINGS_VALUE", path=path, key="checkpoint_key", value=settings.checkpoint_key)


def place_path(place: str) -> str:
    """Return the path that a place names: ``store`` for ``file:store`` and ``store``, ``/srv/a`` for ``file:///srv/a``."""
    scheme, colon, path = place.partition(":")
    return path.removeprefix("//") if colon and scheme.isalnum() else place


def store_url(given: str) -> str:
    """Return where a store is as a URL: a path, or a ``file:`` URL, becomes an absolute ``file://``; others stay."""
    scheme, colon, _ = given.partition(":")
    if colon and scheme.isalnum() and scheme != "file":
        return given
    return f"file://{Path(place_path(given)).absolute()}"


def overlap(one: str, other: str) -> bool:
    """Say whether one of two places, URLs or paths, holds the other or is the same. Links are followed."""
    first, second = (Path(place_path(place)).resolve() for place in (one, other))
    return first == second or first in second.parents or second in first.parents


_TEMPLATE = """\
# Kho lưu trữ Fonds / a Fonds repository
format = {format}

# networked: máy có mạng, không nhận tài liệu mật (03) / refuses secret material
# isolated: máy độc lập / a stand-alone machine
deployment = "{deployment}"

# Tên cơ quan lưu trữ, hiện ở đầu trang / the archive's name, shown on every page
archive_name = ""

# Cơ quan chủ quản và nơi lập văn bản, để in biên nhận, biên bản / the office above it, the place of printed papers
archive_parent = ""
archive_place = ""

# Nơi lưu, theo địa chỉ; đường dẫn tương đối tính từ thư mục này / places by URL, relative to this folder
catalogue = "sqlite:catalogue.sqlite3"
store = "file:store"
index = "whoosh:index"
access = "access"
log = "log"

# Khóa ký điểm chốt nhật ký, chỉ chủ kho đọc được; có thể ở ngoài kho / key that signs checkpoints; may lie elsewhere
# Khóa có mật khẩu: đặt FONDS_KEY_PASSPHRASE / for a key with a passphrase set FONDS_KEY_PASSPHRASE
checkpoint_key = "checkpoint-key.pem"

# Dịch vụ cấp dấu thời gian cho điểm chốt (RFC 3161), "": không / time stamps on checkpoints from this URL, "": none
# và tệp PEM các chứng thư gốc tin cậy / and a PEM file of the root certificates that are trusted
stamp_url = ""
stamp_roots = ""

# Số tiến trình xử lý, 0: theo số lõi / worker processes, 0: one a core
workers = 0

# Kiểm tra lại mỗi gói sau bấy nhiêu ngày (quy định: 3 năm) / days until a package is due for a check again
audit_days = 90

# Mỗi ngày đọc lại nhiều nhất: số gói ("500") hoặc dung lượng ("200GB") / read at most a day: packages, or bytes
# "": không giới hạn; --all, --package không tính mức này / "": no limit; --all and --package do not ask for it
audit_quota = ""

# Giờ được đọc theo lịch, ví dụ "20:00-06:00", "": lúc nào cũng được / hours of scheduled reading, "": at any time
audit_hours = ""

# Tốc độ đọc nhiều nhất khi kiểm tra, ví dụ "20MB" mỗi giây, "": hết sức / at most so much a second, "": no limit
audit_rate = ""

# Mỗi ngày đọc thêm ngẫu nhiên bấy nhiêu phần trăm gói chưa đến hạn / percent of the packages not due, at random, a day
audit_sample = 1

# Số bản đã kiểm cần có (kể cả kho này) thì gói mới coi là đã lưu / verified copies a package needs, this one counted
copies_required = 1

# Ảnh lớn nhất trả trong một lần xem, điểm ảnh / largest image given in one answer, pixels
max_pixels = 64000000

# Bộ nhớ cho một tiến trình đọc trang, MiB, 0: không giới hạn / memory of a process that reads pages, MiB, 0: no limit
page_memory = 4096

# Thời gian đọc một trang, giây, 0: không giới hạn / time for reading one page, seconds, 0: no limit
page_seconds = 300

# Máy quét vi-rút ("auto": của máy này, nếu có; "": không) / virus scanner ("auto": this machine's, if any; "": none)
# Ở nơi khác / elsewhere: "clamd:unix:/run/clamav/clamd.ctl", "clamd:tcp:127.0.0.1:3310"
scanner = "auto"

# Tệp lớn hơn, MiB, thì không quét / larger files, MiB, are not scanned
# Không quá / not above: MaxFileSize, MaxScanSize, StreamMaxLength (clamd.conf)
scanner_limit = 100

# Số ngày khác cho từng bản, kho chính là main / other days for single copies, the store itself is main
# Ví dụ / for example: audit_days_of = {{ usb = 30, "băng từ" = 365 }}
audit_days_of = {{}}

# Giờ kiểm tra hằng ngày khi «fonds serve» đang chạy; "": không tự kiểm tra / daily audit while serving; "": none
audit_at = "20:00"

# Báo qua thư khi kiểm tra có sự cố; "": không gửi thư / e-mail about an audit that found problems; "": none
# Mật khẩu: FONDS_MAIL_PASSWORD, FONDS_MAIL_PASSWORD_FILE / the password
mail_host = ""
mail_port = 587

# Bảo vệ đường truyền: "starttls", "tls", hoặc "none" (khi đó không đăng nhập) / "none": without login
mail_security = "starttls"
mail_user = ""

# Người gửi, người nhận (nhiều người: cách nhau bằng dấu phẩy) / sender, receivers (several: with commas)
mail_from = ""
mail_to = ""

# Địa chỉ nhận thông báo dạng JSON (POST); ký bằng FONDS_NOTICE_SECRET / where notices are POSTed as JSON, signed
notice_url = ""

# Mỗi tuần báo tình trạng, kể cả khi mọi việc đều tốt / tell every week how things stand, also when all is well
notice_weekly = false

# Ngôn ngữ của thông báo: vi, en / language of notices
notice_lang = "vi"
"""

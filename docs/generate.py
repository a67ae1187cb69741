"""Makes docs/cli.md, settings.md, errors.md and requirements.md from the code, so that they cannot fall behind it.

    python -m docs.generate

Run it after changing a command, a setting or a text; tests/test_docs.py fails until the pages are current.
"""

from __future__ import annotations

import ast
import html
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import click  # noqa: TID251 - reads the commands of cli/ and runs none

import fonds
from fonds import config, errors
from fonds.cli.errors import DEBUG
from fonds.cli.main import fonds as group
from fonds.packaging.csip import requirements
from fonds.repository.backends import smtp_channel, webhook_channel
from fonds.repository.proof import keys
from fonds.schemas.findings import Severity, severities
from fonds.schemas.messages import catalogue, text
from fonds.viewer import wsgi

FOLDER = Path(__file__).resolve().parent
PACKAGE = Path(fonds.__file__).resolve().parent
_MARK = "<!-- Made by `python -m docs.generate`; do not edit. -->"
_PIPE = "\\|"  # a bar inside a cell of a table
_CODE = re.compile(r"[A-Z]+(_[A-Z]+)*")

ARGUMENTS: Mapping[str, str] = {
    "init PATH": "Thư mục của kho mới; thiếu thì lấy `--repo` / the new repository's folder; `--repo` when left out.",
    "check SOURCE": "Thư mục giao nộp / the delivered folder.",
    "ingest SOURCE…": (
        "Một hay nhiều thư mục giao nộp, gói (thư mục, zip, tar), hoặc thư mục chứa nhiều gói"
        " / one or more delivered folders, packages (folder, zip, tar), or folders of several packages."
    ),
    "pack SOURCE": "Thư mục giao nộp, không bị thay đổi / the delivered folder; it is not changed.",
    "export ID…": (
        "Mã hồ sơ, mã phông, mã định danh của hồ sơ, mục lục, phông; với `--as dip` cả văn bản"
        " / codes or ids of dossiers, series, fonds; with `--as dip` of documents too."
    ),
    "copies add URL": (
        "Thư mục của bản, một đường dẫn hoặc `file://`; thư mục trên nó phải có sẵn"
        " / the copy's folder, a path or `file://`; the folder above it must be there."
    ),
    "copies sync NAME…": "Tên của bản; thiếu thì mọi bản / names of copies; all when left out.",
    "copies remove NAME": "Tên của bản / the name of the copy.",
    "repair ID…": (
        "Mã hồ sơ, mã phông hoặc mã định danh; hoặc `--all` / codes of dossiers or fonds, or ids; or `--all`."
    ),
    "incidents show NUMBER": "Số của sự cố, do `incidents` cho biết / its number, as `incidents` tells it.",
    "incidents resolve NUMBER": "Số của sự cố, do `incidents` cho biết / its number, as `incidents` tells it.",
    "show ID": "Mã hồ sơ, mã phông hoặc mã định danh / a dossier code, a fonds code or an id.",
    "describe export FILE": "Bảng mới, `.xlsx` hoặc `.csv` / the new table, not there yet.",
    "describe export CODE…": (
        "Mã hồ sơ, phông, mục lục; thiếu thì tất cả / codes of dossiers, fonds or series; everything when left out."
    ),
    "describe import FILE": "Bảng đã sửa, hoặc mục lục EAD `.xml` / the table that was changed, or an EAD finding aid.",
    "describe undo RUN": "Số của lượt, do `import --apply` hoặc `describe runs` cho biết / the number of the run.",
    "deliveries show NUMBER": "Số của đợt giao nộp, do `ingest` hoặc `deliveries list` cho biết / its number.",
    "deliveries print NUMBER": "Số của đợt giao nộp, do `ingest` hoặc `deliveries list` cho biết / its number.",
    "vendors show NAME": "Tên đơn vị số hóa, viết cách nào cũng được / the vendor's name, in any spelling.",
    "vendors mapping NAME": "Tên đơn vị số hóa / the vendor's name.",
    "vendors mapping FILE": "Tệp ánh xạ `.toml` đã sửa / the mapping file, corrected.",
    "proof make PAGE_OR_FILE": (
        "Mã của trang, hoặc đường dẫn của tệp trong kho / the id of a page, or the path of a file in the store."
    ),
    "proof verify PROOF": "Tệp chứng minh `.json` / the proof, a `.json` file.",
    "proof verify FILE": "Chính tệp ấy, để so / the file itself, to compare.",
    "report form KIND": (
        "`check` biên bản kiểm tra, `backup-log` nhật ký sao lưu, `backup` biên bản sao lưu, `incident` biên bản xử lý"
        " sự cố / check minute, backup journal, backup minute, incident minute."
    ),
    "search QUERY": "Câu tìm / what to look for.",
    "bag SRC": "Thư mục cần đóng gói, không bị thay đổi / the folder to wrap; it is not changed.",
    "bag DST": "Túi mới, chưa có / the new bag, which must not be there yet.",
    "validate PATH…": (
        "Một hay nhiều túi hoặc gói: thư mục, hoặc tệp zip, tar / one or more bags or packages: folders, zips or tars."
    ),
}
"""What each argument is, in both languages: click has no help for arguments."""

ENVIRONMENT: Mapping[str, str] = {
    "FONDS_REPO": "Thư mục của kho, khi không có `--repo` / the repository's folder where `--repo` is not given.",
    "FONDS_LANG": "Ngôn ngữ `vi` hoặc `en`, khi không có `--lang` / the language where `--lang` is not given.",
    keys.PASSPHRASE: "Mật khẩu của khóa ký điểm chốt / the passphrase of the key that signs checkpoints.",
    smtp_channel.PASSWORD: "Mật khẩu của mail_user / the password of mail_user.",
    smtp_channel.PASSWORD_FILE: "Tệp chứa mật khẩu ấy / a file that holds it.",
    webhook_channel.SECRET: "Khóa ký thông báo gửi tới notice_url / the secret that signs notices to notice_url.",
    webhook_channel.SECRET_FILE: "Tệp chứa khóa ấy / a file that holds it.",
    DEBUG: "`1`: in cả vết lỗi của lỗi bất ngờ / also print the traceback of an unexpected error.",
    wsgi.DESK_KEY: "Chìa khóa bàn làm việc, do `serve --staff` đặt / the key to the desk, set by `serve --staff`.",
    wsgi.DESK_USER: "Người ngồi bàn, do `serve --staff` đặt / who sits at the desk, set by `serve --staff`.",
    wsgi.PROXIES: (
        "Số máy chủ proxy phía trước được tin (X-Forwarded-*), mặc định 0: không tin proxy nào"
        " / how many proxies in front are believed, 0 by default: none."
    ),
}


# --- commands -------------------------------------------------------------------------------------------------------


def cli_page() -> str:
    """Return the page of all commands."""
    root = click.Context(group, info_name="fonds", terminal_width=1000)
    lines = ["# Dòng lệnh / The command line", "", _MARK, ""]
    lines += ["`fonds [OPTIONS] COMMAND [ARGS]…`", "", group.help or "", ""]
    lines += [*_options(group, root), "", *_EXITS, ""]
    for command, context in commands(group, root):
        lines += _command(command, context)
    return "\n".join(lines)


_EXITS = (
    "stdout mang câu trả lời (chữ, hoặc một tài liệu JSON với `--format json`); stderr mang tiến độ và thông báo.",
    "/ stdout carries the answer (text, or one JSON document with `--format json`), stderr progress and messages.",
    "",
    "| Mã thoát / exit code | |",
    "|---|---|",
    f"| {errors.EXIT_OK} | Xong, không có vấn đề / done, nothing wrong |",
    f"| {errors.EXIT_OPERATIONAL} | Lỗi vận hành: đĩa, danh mục, khóa / operational error: disk, catalogue, lock |",
    f"| {errors.EXIT_USAGE} | Lệnh sai, hoặc thứ được gọi tên không có / wrong usage, or what is named is not there |",
    f"| {errors.EXIT_PROBLEMS} | Có vấn đề, hoặc bị từ chối / problems were found, or it was refused |",
    f"| {errors.EXIT_INTERRUPTED} | Bị ngắt / interrupted |",
)


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """Yield every command below a group that does something, with its context, in the order of help."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from commands(below, click.Context(below, context, info_name=name))
    else:
        yield command, context


def _command(command: click.Command, context: click.Context) -> list[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {context.command_path}", "", f"`{usage}`", "", command.help or "", ""]
    arguments = [one.make_metavar(context).strip("[]") for one in command.params if isinstance(one, click.Argument)]
    name = context.command_path.removeprefix("fonds ")
    shown = [f"| `{metavar}` | {_argument(name, metavar)} |" for metavar in arguments]
    if shown:
        lines += ["| Tham số / argument | |", "|---|---|", *shown, ""]
    options = _options(command, context)
    lines += [*options, ""] if options else []
    if "EXIT_PROBLEMS" in _source(command):
        lines += [f"Mã thoát {errors.EXIT_PROBLEMS} khi có vấn đề / exit code {errors.EXIT_PROBLEMS} on problems.", ""]
    return lines


def _source(command: click.Command) -> str:
    return inspect.getsource(inspect.unwrap(command.callback)) if command.callback else ""


def _argument(command: str, metavar: str) -> str:
    key = f"{command} {metavar.removesuffix('...')}"
    if key not in ARGUMENTS:
        raise SystemExit(f"docs/generate.py: say in ARGUMENTS what `{key}` is")
    return ARGUMENTS[key]


def _options(command: click.Command, context: click.Context) -> list[str]:
    rows = []
    for option in command.params:
        record = option.get_help_record(context)
        if isinstance(option, click.Option) and record:
            names, said = record
            named = f" (`{option.envvar}`)" if isinstance(option.envvar, str) else ""
            rows.append(f"| `{names.replace('|', _PIPE)}` | {_cell(said)}{named} |")
    return ["| Tùy chọn / option | |", "|---|---|", *rows] if rows else []


# --- settings -------------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Return the page of ``fonds.toml`` and the environment."""
    lines = ["# Thiết lập / Settings", "", _MARK, ""]
    lines += [
        f"Mỗi kho có tệp `{config.FILE_NAME}`. Khóa lạ là lỗi, không bị bỏ qua.",
        f"/ Every repository has a `{config.FILE_NAME}`. An unknown key is an error, never ignored.",
        "",
        "| Khóa / key | Mặc định / default | |",
        "|---|---|---|",
        *(f"| `{key}` | `{value}` | {_cell(said)} |" for key, value, said in _settings()),
        "",
        "## Biến môi trường / environment",
        "",
        "| Biến / variable | |",
        "|---|---|",
        *(f"| `{name}` | {said} |" for name, said in ENVIRONMENT.items()),
        "",
    ]
    return "\n".join(lines)


def _settings() -> Iterator[tuple[str, str, str]]:
    """Yield (key, default, explanation) from the template of a new repository, the comment above each key."""
    said: list[str] = []
    for line in config.template(config.DEPLOYMENTS[0]).splitlines():
        if line.startswith("# "):
            said.append(line[2:])
        elif "=" in line:
            key, _, value = line.partition(" = ")
            yield key, value, "; ".join(said)
        else:
            said = []


# --- errors and findings --------------------------------------------------------------------------------------------


def errors_page() -> str:
    """Return the page of every error and every finding."""
    lines = ["# Mã lỗi và mã phát hiện / Errors and findings", "", _MARK, "", *_ABOUT_ERRORS]
    lines += ["", "| Mã / code | Thoát / exit | Tiếng Việt | English |", "|---|---|---|---|"]
    raised = exit_codes()
    for code in error_codes():
        codes = ", ".join(map(str, sorted(raised.get(code, ()))))
        lines.append(
            f"| `{code}` | {codes} | {_both('vi', f'error.{code}', 'hint')} | {_both('en', f'error.{code}', 'hint')} |"
        )
    lines += ["", *_ABOUT_FINDINGS, "", "| Mã / code | Mức / severity | Tiếng Việt | English |", "|---|---|---|---|"]
    for code, severity in sorted(severities().items(), key=lambda one: (list(Severity).index(one[1]), one[0])):
        key = f"finding.{code}"
        lines.append(f"| `{code}` | {severity.value} | {_both('vi', key, 'action')} | {_both('en', key, 'action')} |")
    lines += ["", "### Lý do / reasons", "", "| Mã / code | Tiếng Việt | English |", "|---|---|---|"]
    lines += [
        f"| `{key.partition('.')[2]}` | {_cell(text('vi', key))} | {_cell(text('en', key))} |" for key in _reasons()
    ]
    return "\n".join([*lines, ""])


_ABOUT_ERRORS = (
    "## Lỗi / Errors",
    "",
    "Một lỗi dừng công việc. Sau mũi tên là việc cần làm; `{…}` được thay bằng dữ kiện.",
    "/ An error stops the work. After the arrow stands what to do. `{…}` is filled with the facts.",
)
_ABOUT_FINDINGS = (
    "## Phát hiện / Findings",
    "",
    "Điều thấy được khi kiểm tra. Chỉ mức `error` chặn, và chỉ chặn hồ sơ của nó, không chặn cả đợt giao nộp.",
    "/ What a check noticed. Only `error` blocks, and only the dossier it belongs to, never the delivery.",
)


def error_codes() -> list[str]:
    """Return every error code that has a text."""
    found = (key.removeprefix("error.") for key in catalogue("en") if key.startswith("error."))
    return sorted(code for code in found if _CODE.fullmatch(code))


def _reasons() -> list[str]:
    return sorted(key for key in catalogue("en") if key.startswith(("error.", "finding.")) and ".reason." in key)


def _both(lang: str, key: str, advice: str) -> str:
    return f"{_cell(text(lang, key))}<br>→ {_cell(text(lang, f'{key}.{advice}'))}"


def _cell(said: str) -> str:
    """Return a text so that Markdown shows it as it is in a cell of a table."""
    return re.sub(r"([|*~\\`])", r"\\\1", html.escape(" ".join(said.split()), quote=False))


@cache
def exit_codes() -> dict[str, set[int]]:
    """Return the exit codes of every error code, by the classes that raise it somewhere in the package."""
    found: dict[str, set[int]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, code in raised_in(ast.parse(path.read_text("utf-8"))):
            kind = getattr(import_module(_module(path)), name, None)
            if isinstance(kind, type) and issubclass(kind, errors.FondsError):
                found.setdefault(code, set()).add(kind.exit_code)
    return found


def raised_in(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (class, error code) of what a module raises.

    Where a code is looked up and not named in the call, every code that the module names elsewhere counts.
    """
    calls = [
        (node.func.id, _codes(node.args[0]))
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id.endswith("Error")
        and node.args
    ]
    looked_up = _codes(module).difference(*(codes for _, codes in calls))
    for name, codes in calls:
        for code in codes or looked_up:
            yield name, code


def _codes(node: ast.AST) -> set[str]:
    constants = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {value for value in constants if isinstance(value, str) and _CODE.fullmatch(value)}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# --- requirements -----------------------------------------------------------------------------------------------------


def requirements_page() -> str:
    """Return the page of the requirements that packages are judged by."""
    rows = [row for row in requirements() if not row.id.startswith("REF_")]
    return "\n".join(
        [
            "# Yêu cầu đối với gói / Requirements of packages",
            "",
            _MARK,
            "",
            "E-ARK CSIP, SIP, DIP, AIP 2.2. MUST: lỗi / error; SHOULD: cảnh báo / warning; MAY: thông tin / notice.",
            "Các dòng REF chỉ dẫn sang tài liệu khác nên không có mã riêng.",
            "/ Rows called REF point to other documents and have no finding of their own.",
            "",
            "| Mã / code | | XPath | Tiếng Việt | English |",
            "|---|---|---|---|---|",
            *(
                f"| `{row.id}` | {row.level} | `{row.xpath.replace('|', _PIPE)}` "
                f"| {_requirement('vi', row.id)} | {_requirement('en', row.id)} |"
                for row in rows
            ),
            "",
        ]
    )


def _requirement(lang: str, identifier: str) -> str:
    """Return what a requirement asks for: its finding without the place and what was found."""
    return _cell(catalogue(lang)[f"finding.{identifier}"].partition(" ({xpath})")[0])


PAGES: Mapping[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "settings.md": settings_page,
    "errors.md": errors_page,
    "requirements.md": requirements_page,
}
"""Every generated page, and what makes its content."""


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()

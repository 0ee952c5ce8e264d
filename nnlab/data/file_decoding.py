"""Decode the bytes of a file to text, and recognize files that are not tables.

A file that should be a table is often something else: a web page instead of the linked
file, a Git LFS pointer, a spreadsheet. The error names the type of the file.
"""

import bz2
import gzip
import json
import lzma
import zlib
from io import BytesIO

from nnlab.errors import InputError

BYTES = {  # first bytes of a file → its type, and what to do
    b"PK\3\4": "a zip archive, as an Excel workbook is; save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save its sheet as CSV UTF-8",
    b"PAR1": "a Parquet file; read it with pandas, and give Table(frame)",
    b"ARROW1": "a Feather file; read it with pandas, and give Table(frame)",
    b"%PDF": "a PDF; copy its table into a spreadsheet, and save that as CSV UTF-8",
    b"\x89PNG": "a picture (PNG); give the numbers themselves",
    b"\xff\xd8\xff": "a picture (JPEG); give the numbers themselves",
    b"GIF8": "a picture (GIF); give the numbers themselves",
    b"\x93NUMPY": "an array of NumPy's; np.load it, and give Dataset(name, x, y, …)",
    b"\x89HDF": "an HDF5 file; read it with its own library, and give the arrays",
    b"SQLite format 3": "an SQLite database; export the table as CSV UTF-8",
    b"7z\xbc\xaf": "an archive (7z); unpack it, and give the file in it",
    b"Rar!": "an archive (RAR); unpack it, and give the file in it",
    b"(\xb5/\xfd": "compressed by zstd; unpack it, and give the file in it",
    b"\x80\4\x95": "a pickle, which runs code when it is read; save the table as CSV",
    b"{\\rtf": "a text document (RTF); save the table alone, as CSV UTF-8",
}
TEXTS = {  # the same for text, in lowercase
    "version https://git-lfs": "a pointer of Git LFS to a file that is not here; "
    "fetch it with git lfs pull",
    "<!doctype html": "a web page (HTML); download the file itself, on GitHub by Raw",
    "<html": "a web page (HTML); download the file itself, on GitHub by Raw",
    "<head": "a web page (HTML); download the file itself, on GitHub by Raw",
    "<table": "a table in HTML; read it with pandas, and give Table(frame)",
    "<?xml": "XML; read it with pandas, and give Table(frame)",
    "<svg": "a picture (SVG); give the numbers themselves",
    "@relation": "an ARFF file; delete all up to @data, and give what is left",
}
PACKED = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
MARKS = {  # byte order marks, the longest first
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\xef\xbb\xbf": "UTF-8-sig",
}
SECOND = "cp1252"  # tried if a file is not UTF-8: Western European


def fault(name: str, message: str) -> InputError:
    """Return the error about the table of this name."""
    return InputError("table", f"table={name!r} {message}")


def unpacked(content: bytes, name: str, most_bytes: int) -> bytes:
    """Decompress a file packed by gzip, bzip2 or xz; return other bytes unchanged.

    At most `most_bytes` + 1 bytes are decompressed.

    Raises:
        InputError: if the compressed data are damaged.
    """
    for mark, opened in PACKED.items():
        if content.startswith(mark):
            try:
                return opened(BytesIO(content)).read(most_bytes + 1)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                raise fault(
                    name, "is compressed, and damaged; fetch it once more."
                ) from None
    return content


def decoded(content: str | bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Return the text of a file, without its byte order mark, and its encoding.

    Args:
        content: the text, or the bytes of the file.
        name: the name of the table, for error messages.
        encoding: the encoding, or None to infer it.

    Raises:
        InputError: if the file is not a text table, or does not have this encoding.
    """
    if isinstance(content, str):
        text, found = content.removeprefix("\ufeff"), "text"
    else:
        for start, what in BYTES.items():
            if content.startswith(start):
                raise fault(name, f"is no table but {what}.")
        found = encoding or _encoding(content)
        text, found = _decoded(content, name, found, encoding is not None)
    _check_text(text, name)
    return text, found


def _encoding(content: bytes) -> str:
    """Return the encoding inferred from the first bytes."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    some = content[:2000]
    for place, encoding in ((1, "UTF-16-LE"), (0, "UTF-16-BE")):
        if len(some) > 3 and 2 * some[place::2].count(0) > 0.9 * len(some) > 0:
            return encoding
    return "UTF-8"


def _decoded(content: bytes, name: str, encoding: str, said: bool) -> tuple[str, str]:
    """Return the text, trying a second encoding unless the user gave one."""
    try:
        text = content.decode(encoding)
    except LookupError:
        raise InputError(
            "encoding",
            f"encoding={encoding!r} is not known; try encoding='latin-1'.",
        ) from None
    except UnicodeDecodeError as error:
        if encoding == "UTF-8" and not said and b"\0" not in content:
            return _decoded(content, name, SECOND, said)
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        if b"\0" in content and encoding == "UTF-8":
            raise _binary(name) from None
        raise fault(
            name,
            f"is not {encoding.removesuffix('-sig')}: byte 0x{byte:02x} in line {line};"
            " save it as CSV UTF-8, or say what it is, as by encoding='latin-1'.",
        ) from None
    return text.removeprefix("\ufeff"), encoding.removesuffix("-sig")


def _check_text(text: str, name: str) -> None:
    """Raise an `InputError` for text of another format, and for binary data."""
    start = text[:2000].lstrip()
    for words, what in TEXTS.items():
        if start[:100].lower().startswith(words):
            raise fault(name, f"is no table but {what}.")
    if what := _json(text, start):
        raise fault(name, f"is no table but {what}.")
    if any(ord(c) < 32 and c not in "\t\n\r\f\v" for c in {*text}):
        raise _binary(name)


def _json(text: str, start: str) -> str:
    """Return the kind of JSON, or "" if it is not JSON."""
    if start[:1] not in ("{", "["):
        return ""
    lines = start.split("\n")
    try:
        value = json.loads(lines[0] if start[0] == "{" and len(lines) > 1 else text)
    except (ValueError, RecursionError):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return ""
    if isinstance(value, dict) and "nbformat" in value:
        return "a notebook; give the file that it reads"
    if isinstance(value, dict | list):
        return "JSON; read it with pandas, and give Table(frame)"
    return ""


def _binary(name: str) -> InputError:
    return fault(name, "holds no text; save it as CSV UTF-8, and give that file.")

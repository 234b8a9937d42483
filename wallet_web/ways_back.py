"""Where a form leads back to: our own pages only, whatever the address says."""

from urllib.parse import urlsplit


def way_back(wanted: str, otherwise: str) -> str:
    """The wanted path if it is one of ours, else the other: nobody is led to another site."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    ours = plain and not parts.scheme and not parts.netloc and wanted.isprintable()
    return wanted if ours else otherwise

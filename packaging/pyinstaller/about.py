"""What Windows and macOS are told of the program, beside its files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.config import VERSION

ABOUT = "Find your photos by describing them"
_ASKED = "Afterimage looks for photos in the folders that you choose, and only reads them."
INFO_PLIST = {
    "CFBundleDisplayName": "Afterimage",
    "CFBundleName": "Afterimage",
    "CFBundleVersion": VERSION,
    "CFBundleDevelopmentRegion": "en",
    "CFBundleLocalizations": ["en", "de"],
    "LSApplicationCategoryType": "public.app-category.photography",
    "LSMinimumSystemVersion": "13.0",
    "NSHighResolutionCapable": True,
    "NSHumanReadableCopyright": "The Afterimage authors, MIT licence",
    "NSPrincipalClass": "NSApplication",
    # said when macOS asks whether the program may read there
    "NSDesktopFolderUsageDescription": _ASKED,
    "NSDocumentsFolderUsageDescription": _ASKED,
    "NSDownloadsFolderUsageDescription": _ASKED,
    "NSNetworkVolumesUsageDescription": _ASKED,
    "NSRemovableVolumesUsageDescription": _ASKED,
}


def version_resource(program: str) -> str:
    """Path of a file with what Windows shows under a program's properties, in the form that PyInstaller reads."""
    file = Path(tempfile.mkdtemp(prefix="afterimage-")) / f"{program}.txt"
    file.write_text(version_text(program), encoding="utf-8")
    return str(file)


def version_text(program: str) -> str:
    """One expression of PyInstaller.utils.win32.versioninfo."""
    numbers = (*(int(part) for part in VERSION.split(".")[:3]), 0)
    said = {
        "CompanyName": "The Afterimage authors",
        "FileDescription": "Afterimage" if program == "afterimage" else "Afterimage on the command line",
        "FileVersion": VERSION,
        "InternalName": program,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": f"{program}.exe",
        "ProductName": "Afterimage",
        "ProductVersion": VERSION,
        "Comments": ABOUT,
    }
    strings = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in said.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, "
        f"fileType=0x1, subtype=0x0, date=(0, 0)), kids=[StringFileInfo([StringTable('040904B0', [{strings}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])"
    )

"""Packs Python files into one that is run as a program: pack_python.py INTERPRETER OUTPUT FILE ..."""
import pathlib
import sys
import zipfile

interpreter, output, *sources = sys.argv[1:]
with open(output, "wb") as file:
    file.write(f"#!{interpreter}\n".encode())
    with zipfile.ZipFile(file, "w") as archive:
        for source in sources:
            # The same bytes from the same sources: no times.
            archive.writestr(zipfile.ZipInfo(pathlib.Path(source).name), pathlib.Path(source).read_bytes())
pathlib.Path(output).chmod(0o755)

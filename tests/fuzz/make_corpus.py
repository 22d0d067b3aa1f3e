# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the first corpus of each fuzzer: small files of every feature. What fuzzing finds is added by hand."""
import gzip
import sqlite3
import struct
import subprocess
from pathlib import Path

here = Path(__file__).parent
fixtures = here.parent / "fixtures"
corpus = here / "corpus"


def put(kind, name, content):
    folder = corpus / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


for path in sorted((fixtures / "data/csv-spectrum/csvs").glob("*.csv")):
    put("csv", path.stem, path.read_bytes())
put("csv", "options", b"\x81# top\na;b\n1,5;2015-01-31\n# no\n2.000,5;\n")
put("csv", "escapes", b"\x82a,b\n\"x \\\"y\\\"\",1\n\"\\\\\",2\n")
put("csv", "headings", b"\x84a,,b\nx,y,z\n1,2,3\n4,5,6\n")
put("csv", "skipped", b"\x88Title\na\tb\n1\t2\n3\n4\t5\t6\n")
put("csv", "unquoted", b"\x90a|b\n\"x|1 000\n'y|2\n")
put("csv", "spaced", b"\xa0a;b\n1 234;x\n5'000;y\n")
put("csv", "preamble", "A title\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n")
put("csv", "utf16", "\ufeffa\tb\n1\té\n".encode("utf-16-le"))
put("csv", "latin1", "a;b\n1;café\n".encode("latin-1"))
put("csv", "blanks", " a  b\tc\n 1 2 3\n4 \"5 6\" 7\n")

head = "@relation 'r'\n@attribute a numeric\n@attribute 'b c' {x,'y z'}\n@attribute s string\n@attribute d date 'dd.MM.yyyy HH:mm'\n@data\n"
put("arff", "dense", head + "1.5,x,'it\\'s',\"31.12.1999 10:20\"\n?,'y z',?,?\n% remark\n-1e3, x, plain, ?, {0.5}\n")
put("arff", "sparse", head + "{0 1, 3 '01.01.2000 00:00'}\n{}\n{1 'y z'}, {2}\n")
put("arff", "blanks", "@attribute a real\n@attribute b {x,y}\n@data\n1 x\n2\ty\n")
put("arff", "patterns", "@attribute d date\n@attribute e date \"MMM d, yy h:mm a Z\"\n@data\n2000-01-01T00:00:00,'Jan 2, 99 1:02 pm +01:00'\n")

put("json", "lines", '{"a":1,"b":"x","c":{"d":true,"e":null},"l":[1,{"m":"n"}]}\n\n{"b":"y","a":-2e3,"new":"2020-01-01"}\n')
put("json", "array", '[{"a":1,"s":"]}\\""},\n {"a":[[]]}]\n')
put("json", "broken", '{"a":1}\n{"a":}\n')

for name in ("people", "shared"):
    put("xlsx", name, (fixtures / f"files/{name}.xlsx").read_bytes())

put("idx", "images", bytes([0, 0, 8, 3]) + struct.pack(">III", 2, 2, 3) + b"abcdefABCDEF")
put("idx", "colours", bytes([0, 0, 8, 4]) + struct.pack(">IIII", 1, 2, 2, 3) + bytes(range(12)))
put("idx", "labels", bytes([0, 0, 8, 1]) + struct.pack(">I", 3) + b"\7\3\1")
put("idx", "doubles", bytes([0, 0, 14, 2]) + struct.pack(">II", 2, 2) + struct.pack(">dddd", 1, 2, float("nan"), 4))

put("svm", "heart", "+1 1:0.5 3:-2\n-1 2:1e3 # remark\n\n1 qid:3 1:1\n")
put("svm", "zero", "1 0:1\n0 5:2\n")

put("packed", "csv.gz", gzip.compress(b"a,b\n1,x\n2,y\n", mtime=0) + gzip.compress(b"3,z\n", mtime=0))
put("packed", "json.gz", gzip.compress(b'{"a":1}\n{"a":2}\n', mtime=0))
put("packed", "csv.zst", subprocess.run(["zstd", "-c"], input=b"a,b\n1,x\n2,y\n", capture_output=True, check=True).stdout)

for path in sorted((fixtures / "files/shapes").glob("*/*.*")):
    put("image", path.name, path.read_bytes())
put("image", "huge.png", (fixtures / "files/huge.png").read_bytes())

database = corpus / "sqlite" / "people"
database.parent.mkdir(parents=True, exist_ok=True)
database.unlink(missing_ok=True)
connection = sqlite3.connect(database)
connection.execute("PRAGMA page_size = 512")
connection.execute("CREATE TABLE people (name TEXT, age INTEGER, born TEXT, photo BLOB)")
connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", [("Ann", 3, "2020-01-31", b"x"), ("Bo", None, None, None), (None, 4.5, "1", None)])
connection.execute("CREATE VIEW some AS SELECT name, age * 2 AS twice FROM people")
connection.commit()
connection.close()

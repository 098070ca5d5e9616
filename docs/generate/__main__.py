"""Write the reference pages into ``docs/reference/``."""

from pathlib import Path

from docs.generate import pages

if __name__ == "__main__":
    folder = Path(__file__).resolve().parent.parent / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")

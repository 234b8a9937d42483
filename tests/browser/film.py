"""Writes films for the browser's fake camera: y4m, from pictures. Not here: what is on them."""

from pathlib import Path

from PIL import Image

SIZE = (1280, 720)


def write_film(path: Path, picture: Image.Image, *, frames: int = 8) -> Path:
    """Show one picture, centred on white, for some frames; the camera repeats the film for ever."""
    frame = Image.new("RGB", SIZE, "white")
    frame.paste(picture, ((SIZE[0] - picture.width) // 2, (SIZE[1] - picture.height) // 2))
    luma, *chroma = frame.convert("YCbCr").split()
    planes = luma.tobytes() + b"".join(c.reduce(2).tobytes() for c in chroma)
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F15:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + b"".join(b"FRAME\n" + planes for _ in range(frames)))
    return path

"""A photo leaves where and when it was taken behind."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from beside.meetings.pictures import LARGEST, NotAPicture, TooLarge, remade

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def told() -> Image.Exif:
    """What a telephone writes into a file: where, with what, and which way up."""
    exif = Image.Exif()
    exif[MAKER] = "Somebody's telephone"
    exif[ORIENTATION] = 6  # to be turned a quarter clockwise
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 32.0, 46.0), 3: "W", 4: (0.0, 2.0, 39.0)})
    return exif


def photo(kind: str, size: tuple[int, int] = (320, 200), **more: object) -> bytes:
    """Red on the left half, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    made = BytesIO()
    image.save(made, kind, **more)
    return made.getvalue()


def heic() -> bytes:
    import pillow_heif

    image = Image.open(BytesIO(photo("PNG")))
    made = BytesIO()
    pillow_heif.from_pillow(image).save(made, quality=90, exif=told().tobytes())
    return made.getvalue()


def nothing_but_points(jpeg: bytes) -> Image.Image:
    """Equality, not absence: the file holds just the parts that a bare JPEG needs."""
    found = Image.open(BytesIO(jpeg))
    assert found.format == "JPEG"
    assert dict(found.getexif()) == {}
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                               "progression"}  # fmt: skip
    markers = {jpeg[at + 1] for at in range(len(jpeg) - 1) if jpeg[at] == 0xFF}
    assert markers.isdisjoint({*range(0xE1, 0xF0), 0xFE})  # no APP1…APP15, no comment
    return found


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_where_and_when_a_photo_was_taken_is_gone(kind: str) -> None:
    sent = photo(kind, exif=told(), xmp=b"<x:xmpmeta>somewhere</x:xmpmeta>")
    assert b"telephone" in sent
    assert Image.open(BytesIO(sent)).getexif().get_ifd(GPS) != {}
    kept = remade(sent)
    found = nothing_but_points(kept)
    assert b"telephone" not in kept
    assert b"somewhere" not in kept
    # Upright first: what was on the left is on top now.
    assert found.size == (200, 320)
    top, bottom = found.getpixel((100, 20)), found.getpixel((100, 300))
    assert top[0] > 200 > top[2]  # type: ignore[index]
    assert bottom[2] > 200 > bottom[0]  # type: ignore[index]


def test_a_photo_as_telephones_take_it_is_read() -> None:
    sent = heic()
    assert b"telephone" in sent
    found = nothing_but_points(remade(sent))
    assert found.size in {(320, 200), (200, 320)}


def test_profiles_texts_and_what_hangs_behind_the_picture_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Fern")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = photo("PNG", pnginfo=texts, icc_profile=profile) + b"PK: Fern's address"
    kept = remade(sent)
    nothing_but_points(kept)
    assert b"Fern" not in kept


def test_what_is_seen_through_becomes_white() -> None:
    made = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(made, "PNG")
    assert Image.open(BytesIO(remade(made.getvalue()))).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_photo_becomes_smaller() -> None:
    found = Image.open(BytesIO(remade(photo("JPEG", (4000, 2000)))))
    assert found.size == (1600, 800)


def test_a_small_file_that_would_unpack_into_very_much_is_not_unpacked() -> None:
    for size in ((5001, 5000), (10_000, 12_000), (14_000, 14_000)):
        made = BytesIO()
        Image.new("1", size).save(made, "PNG")
        assert len(made.getvalue()) < 100_000
        with pytest.raises(TooLarge):
            remade(made.getvalue())


def test_more_than_ten_megabytes_are_not_read() -> None:
    with pytest.raises(TooLarge):
        remade(bytes(LARGEST + 1))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        photo("GIF"),
        photo("BMP"),
        photo("JPEG")[:200],
        photo("PNG")[:100],
        photo("WEBP")[:60],
        heic()[:300],
        b"\xff\xd8\xff" + bytes(500),
    ],
    ids=range(11),
)
def test_what_is_no_picture_is_said_to_be_none(file: bytes) -> None:
    with pytest.raises(NotAPicture):
        remade(file)

"""A file of a multipart form, read from the wire as it comes: neither memory nor a second file holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from domain.errors import InvalidInputError

CHUNK_BYTES = 262_144
BUFFER_BYTES = 1_000_000
"""What is held at once: a piece of the file, or a whole field beside it."""
PARTS = 20
FIELD = "file"


class Stream(Protocol):
    """Where the body comes from."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to so many bytes, b"" at the end."""
        ...


class FilePart:
    """The first file called `file` of a form.

    Args:
        stream: The body, at its beginning.
        boundary: What parts the form, from its content type.

    Raises:
        InvalidInputError: If the body is no such form or holds no such file.
    """

    def __init__(self, stream: Stream, boundary: str) -> None:
        if not boundary:
            raise InvalidInputError("The form says no boundary.", field=FIELD)
        self._stream = stream
        self._decoder = MultipartDecoder(boundary.encode(), BUFFER_BYTES, max_parts=PARTS)
        self.name = self._find()

    def _find(self) -> str:
        is_ended = False
        while not is_ended:
            event = self._next()
            if isinstance(event, File) and event.name == FIELD:
                return event.filename or ""
            is_ended = isinstance(event, Epilogue)
        message = "The form has no file."
        raise InvalidInputError(message, field=FIELD, hint="Send the file as the field `file`, with its name.")

    def chunks(self) -> Iterator[bytes]:
        """Yield the file piece by piece; the rest of the form is read and dropped.

        Raises:
            InvalidInputError: If the body ends in the middle.
        """
        event = self._next()
        while isinstance(event, Data):
            if event.data:
                yield bytes(event.data)
            if not event.more_data:
                break
            event = self._next()
        while not isinstance(event, Epilogue):
            event = self._next()

    def _next(self) -> File | Field | Data | Epilogue:
        """Return the next part of the form that matters, reading more of the body when it is needed."""
        while True:
            try:
                event = self._decoder.next_event()
                if isinstance(event, NeedData):
                    chunk = self._stream.read(CHUNK_BYTES)
                    self._decoder.receive_data(chunk or None)
                    continue
            except (ValueError, RequestEntityTooLarge) as error:
                raise InvalidInputError("The form is damaged or was cut off.", field=FIELD) from error
            if isinstance(event, (File, Field, Data, Epilogue)):
                return event

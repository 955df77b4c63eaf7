"""The least that a load balancer for Python functions can do, to compare others with: uvloop reads requests
with httptools, two workers on socket pairs run a handler, and nothing else happens.

    python -m bench.floor DIRECTORY HANDLER

It prints its port. No rule, log, limit, timeout or second mode, and what is no request ends the connection.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import socket
import struct
import sys
from collections import deque
from contextlib import suppress
from typing import Any, cast

import httptools
import uvloop

WORKERS = 2
LENGTH = struct.Struct(">I")
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/floor/0123456789abcdef"


class Context:
    aws_request_id = "floor"


def work(channel: socket.socket, directory: str, handler: str) -> None:
    """Serve invocations; what the handler prints goes nowhere."""
    sys.path.insert(0, directory)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    module, _, name = handler.partition(".")
    function = getattr(importlib.import_module(module), name)
    with channel.makefile("rb") as reader, suppress(OSError):  # the front has gone
        while head := reader.read(LENGTH.size):
            event = json.loads(reader.read(*LENGTH.unpack(head)))
            result = json.dumps(function(event, Context())).encode()
            channel.sendall(LENGTH.pack(len(result)) + result)


class Worker(asyncio.Protocol):
    """The front's side of a worker."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._buffer = b""
        self.client: Client | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._front.idle.append(self)

    def invoke(self, client: Client, event: bytes) -> None:
        self.client = client
        self._transport.write(LENGTH.pack(len(event)) + event)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) < LENGTH.size:
            return
        end = LENGTH.size + LENGTH.unpack_from(self._buffer)[0]
        if len(self._buffer) < end:
            return
        result, self._buffer = self._buffer[LENGTH.size : end], b""
        client, self.client = self.client, None
        self._front.free(self)
        if client is not None:
            client.answer(json.loads(result))


class Front:
    """Which worker is idle, and who waits for one."""

    def __init__(self) -> None:
        self.idle: list[Worker] = []
        self._waiting: deque[tuple[Client, bytes]] = deque()

    def invoke(self, client: Client, event: bytes) -> None:
        if self.idle:
            self.idle.pop().invoke(client, event)
        else:
            self._waiting.append((client, event))

    def free(self, worker: Worker) -> None:
        if self._waiting:
            worker.invoke(*self._waiting.popleft())
        else:
            self.idle.append(worker)


class Client(asyncio.Protocol):
    def __init__(self, front: Front) -> None:
        self._front = front
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body = b"", b""
        self._headers: dict[str, str] = {}

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode().partition("?")
        event = {
            "requestContext": {"elb": {"targetGroupArn": ARN}},
            "httpMethod": self._parser.get_method().decode(),
            "path": path,
            "queryStringParameters": dict(part.split("=", 1) for part in query.split("&") if "=" in part),
            "headers": self._headers,
            "body": self._body.decode(),
            "isBase64Encoded": False,
        }
        self._front.invoke(self, json.dumps(event).encode())

    def answer(self, result: dict[str, Any]) -> None:
        if self._transport.is_closing():
            return
        body = result["body"].encode()
        lines = [f"HTTP/1.1 {result['statusCode']} OK", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in result["headers"].items()]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)


async def serve(channels: list[socket.socket]) -> None:
    loop = asyncio.get_running_loop()
    front = Front()
    for channel in channels:
        await loop.create_connection(lambda: Worker(front), sock=channel)
    server = await loop.create_server(lambda: Client(front), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(directory: str, handler: str) -> None:
    channels: list[socket.socket] = []
    for _ in range(WORKERS):
        mine, theirs = socket.socketpair()
        if os.fork() == 0:
            mine.close()
            for channel in channels:
                channel.close()
            work(theirs, directory, handler)
            os._exit(0)
        theirs.close()
        channels.append(mine)
    uvloop.run(serve(channels))


if __name__ == "__main__":
    main(*sys.argv[1:])

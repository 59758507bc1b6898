"""P16: 200 users on live pages with one tick a second: what delivery costs, how late it is, what it asks upstream.

    python -m benchmarks live

One server with everything in it, alerts and all, the clients in this process; each has a list of prices and a chart. In
turn: nobody, one stream, all streams, the interval's question instead of the stream, and a bare loop that writes the
same bytes to as many sockets. CPU seconds are the server's own.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

from benchmarks.figures import Figure

REPOSITORY = Path(__file__).resolve().parent.parent
USERS = 200
SECONDS = 20.0
POLLS = 40
SYMBOLS = "AAPL,MSFT,GOOG,IBM,FB,BTC-USD,ETH-USD"
COOKIE = "fillwise_session"
BARE = """
import json, socket, sys, threading, time
count, size, seconds = map(float, sys.argv[1:])
listener = socket.create_server(("127.0.0.1", 0), backlog=512)
print(listener.getsockname()[1], flush=True)
sockets = [listener.accept()[0] for _ in range(int(count))]
start, end = time.process_time(), time.monotonic() + seconds
while time.monotonic() < end:
    line = b"x" * int(size)
    for each in sockets:
        each.send(line)
    time.sleep(1)
print((time.process_time() - start) / seconds, flush=True)
"""


class Server:
    """The server in a process of its own."""

    def __init__(self, folder, users):
        command = [sys.executable, "-m", "benchmarks.live_server", str(folder), str(users)]
        self._process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        said = json.loads(self._process.stdout.readline())
        self.port, self.tokens = int(said["port"]), said["tokens"]

    def used(self):
        """Return what the server has used so far."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        """End it."""
        self._process.terminate()
        self._process.wait(30)
        self._process.stdin.close()
        self._process.stdout.close()


async def listen(port, token, seconds, heard):
    """Follow one stream and note how late each message was, in seconds, and how long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    chart = SYMBOLS.split(",")[zlib.crc32(token.encode()) % (SYMBOLS.count(",") + 1)]
    path = f"/live/prices?symbols={SYMBOLS}&candle={chart}%201m"
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {COOKIE}={token}\r\n\r\n"
    writer.write(head.encode())
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            line = await asyncio.wait_for(reader.readline(), left)
        except TimeoutError:
            break
        if not line:
            raise ConnectionError(f"a stream of {port} ended")
        if line.startswith(b'data: {"t":'):
            heard.append((time.time() - json.loads(line[6:])["t"] / 1000, len(line)))
    writer.close()


async def follow(server, tokens, seconds):
    """Follow a stream for each token; returns what was heard and what the server used meanwhile."""
    heard = []
    tasks = [asyncio.create_task(listen(server.port, token, seconds + 4, heard)) for token in tokens]
    await asyncio.sleep(3)  # everybody has arrived
    heard.clear()
    before = await asyncio.to_thread(server.used)
    await asyncio.sleep(seconds)
    after, kept = await asyncio.to_thread(server.used), list(heard)
    await asyncio.gather(*tasks)
    return kept, before, after


def share(before, after):
    """Return the share of a core that was used between two looks."""
    return (after["cpu"] - before["cpu"]) / (after["at"] - before["at"])


def poll(server, token, times):
    """Ask the interval's question as a browser does; returns CPU seconds of the server for one of them."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/", headers={"Cookie": f"{COOKIE}={token}", "Accept": "text/html"})
    page = connection.getresponse()
    page.read()
    mark = page.getheader("Set-Cookie").split("_csrf_token=")[1].split(";")[0]
    output = {"id": "shell-status", "property": "children"}
    tick = {"id": "shell-fallback", "property": "n_intervals", "value": 1}
    inputs = [{"id": "shell-watched", "property": "data"}, tick]
    body = {"output": "shell-status.children", "outputs": output, "inputs": inputs, "state": []}
    body["changedPropIds"] = ["shell-fallback.n_intervals"]
    headers = {"Cookie": f"{COOKIE}={token}; _csrf_token={mark}", "X-CSRFToken": mark}
    headers["Content-Type"] = "application/json"

    def ask():
        connection.request("POST", "/_dash-update-component", json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {text[:300]!r}")

    ask()
    before = server.used()
    for _ in range(times):
        ask()
    used = server.used()["cpu"] - before["cpu"]
    connection.close()
    return used / times


def bare(users, size, seconds):
    """Return the share of a core of a loop that writes to sockets and does nothing else."""
    process = subprocess.Popen(
        [sys.executable, "-c", BARE, str(users), str(size), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    port = int(process.stdout.readline())

    async def drain():
        async def one():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            while await reader.read(65_536):
                pass
            writer.close()

        await asyncio.gather(*(one() for _ in range(users)))

    asyncio.run(drain())
    found = float(process.stdout.read())
    process.wait(10)
    process.stdout.close()
    return found


def figures(rows=1_000_000, rounds=1):
    """Return the figures; few rows are few users for a short time."""
    del rounds
    is_full = rows >= 100_000
    users, seconds = (USERS, SECONDS) if is_full else (20, 3.0)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, users)
        try:
            return measure(server, users, seconds)
        finally:
            server.close()


def measure(server, users, seconds):
    """Measure everything on one running server."""
    idle = server.used()
    time.sleep(2)
    rest = share(idle, server.used())
    _, one_before, one_after = asyncio.run(follow(server, server.tokens[:1], seconds))
    heard, before, after = asyncio.run(follow(server, server.tokens, seconds))
    late = sorted(delay for delay, _ in heard)
    size = statistics.median(length for _, length in heard)
    each = len(heard) / users / seconds
    streams = share(before, after)
    asked = poll(server, server.tokens[0], POLLS if users == USERS else 5)
    floor = bare(users, size, min(seconds, 10.0))
    calls = (after["calls"] - before["calls"]) / max(1, one_after["calls"] - one_before["calls"])
    p95 = late[int(0.95 * len(late))] * 1e3
    print(f"\n{users} streams, {each:.2f} messages a second each of {size:.0f} bytes, {after['threads']} threads")
    print(f"  server: nobody {100 * rest:.2f} %, one stream {100 * share(one_before, one_after):.2f} %, "
          f"all {100 * streams:.2f} %, bare sockets {100 * floor:.2f} % of a core")  # fmt: skip
    print(f"  delay: median {late[len(late) // 2] * 1e3:.1f} ms, p95 {p95:.1f} ms, worst {late[-1] * 1e3:.1f} ms")
    print(f"  the interval's question: {1e3 * asked:.2f} ms of CPU each, {100 * asked * users:.0f} % of a core for all")
    waiting, lost = after["waiting"], users - after["streams"]
    print(f"  kept for slow browsers: {before['waiting']} then {waiting} bytes; lost {lost}")
    return [
        Figure(id="P16", text=f"{users} streams, one tick a second: server CPU, share of a core", value=streams,
               target=0.02, n=users),
        Figure(id="P16", text="delay of a message, 95th percentile, ms", value=p95, target=250, n=len(heard)),
        Figure(id="P16", text="bytes kept for slow browsers in the end", value=waiting, target=0, n=users),
        Figure(id="P16", text=f"calls upstream, {users} users / 1 user", value=calls, target=1.2, n=users),
        Figure(id="P16", text="streams / interval's questions at the same pace", value=streams / (asked * users),
               target=0.2, n=users),
        Figure(id="P16", text="streams / bare loop writing the same bytes", value=streams / max(floor, 1e-6), n=users),
    ]  # fmt: skip

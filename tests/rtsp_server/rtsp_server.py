#!/usr/bin/python3
"""A simulated shop of cameras: an RTSP server that plays MP4 clips of H.264 or H.265.

Each client of rtsp://localhost:PORT/NAME gets the clip from its beginning. At the end of the clip the connection
ends: make it as long as the test (ffmpeg -stream_loop 100 -i CLIP -c copy LONG).

With --sound each clip has a track of sound beside it, as a camera with a microphone; --log says what was offered and
what of it clients asked for.
"""

import argparse
import mmap
import os
import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PAYLOADERS = {
    "h264": "h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96",
    "h265": "h265parse config-interval=-1 ! rtph265pay name=pay0 pt=96",
}
# A tone as G.711, which every camera with a microphone has. Of its own source: a track of the clip that nobody takes
# would hold up the other.
SOUND = "audiotestsrc samplesperbuffer=160 ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay1 pt=0"


class Clip(GstRtspServer.RTSPMediaFactory):
    """One clip; every client has a pipeline of its own."""

    def __init__(self, path, codec, sound):
        super().__init__()
        self.set_shared(False)
        self.set_eos_shutdown(True)
        self.set_launch(f"( filesrc location={path} ! qtdemux ! {PAYLOADERS[codec]} {SOUND if sound else ''} )")


def codec_of(path):
    """By the four letters of the sample description: H.265 is hvc1 or hev1, else it is H.264."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return "h265" if data.find(b"hvc1") >= 0 or data.find(b"hev1") >= 0 else "h264"


def protect(server, user, password):
    """Every clip asks for this user and password, by Digest as cameras do."""
    auth = GstRtspServer.RTSPAuth.new()
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    auth.set_supported_methods(2)  # GST_RTSP_AUTH_DIGEST
    server.set_auth(auth)


def allow_viewer(factory):
    structure = Gst.Structure.new_empty("viewer")
    structure.set_value("media.factory.access", True)
    structure.set_value("media.factory.construct", True)
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role_from_structure(structure)
    factory.set_permissions(permissions)


def kind_of(stream):
    """"video" or "audio"."""
    return stream.get_caps().get_structure(0).get_string("media")


def log_requests(server, path):
    """A line for each description that a client gets, and one for each track that it sets up."""
    log = open(path, "w", buffering=1)  # until the server ends

    def described(_client, context):
        streams = [context.media.get_stream(i) for i in range(context.media.n_streams())]
        print("offered", *map(kind_of, streams), file=log)

    def set_up(_client, context):
        print("asked for", kind_of(context.stream), file=log)

    def connected(_server, client):
        client.connect("describe-request", described)
        client.connect("setup-request", set_up)

    server.connect("client-connected", connected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--port", default="0", help="0: any free one; it is printed")
    parser.add_argument("--clip", action="append", required=True, metavar="NAME=FILE")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("--sound", action="store_true", help="a tone beside every clip")
    parser.add_argument("--log", metavar="FILE")
    arguments = parser.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_service(arguments.port)
    if arguments.user:
        protect(server, arguments.user, arguments.password)
    if arguments.log:
        log_requests(server, arguments.log)
    for clip in arguments.clip:
        name, path = clip.split("=", 1)
        if not os.path.exists(path):
            sys.exit(f"{path}: there is no such clip")
        factory = Clip(path, codec_of(path), arguments.sound)
        if arguments.user:
            allow_viewer(factory)
        server.get_mount_points().add_factory(f"/{name}", factory)
    if server.attach(None) == 0:
        sys.exit(f"port {arguments.port} can't be had")

    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, loop.quit)
    # A server whose test died must not stay.
    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    # Who kills clients in a row would run out of sessions.
    GLib.timeout_add_seconds(2, lambda: server.get_session_pool().cleanup() >= 0)
    print(server.get_bound_port(), flush=True)
    loop.run()


if __name__ == "__main__":
    main()

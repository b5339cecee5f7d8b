#!/usr/bin/env python3
"""A cable between two TAP interfaces that can misbehave, the same way each time it is asked to.

usage: wire.py [--lose PERCENT] [--swap PERCENT] [--seed N] [--tag ID --mirror NAME] CLIENT SERVER

--lose and --swap concern frames that carry TCP or UDP over IPv4. With --tag, every frame also goes, with an IEEE 802.1Q tag,
to the interface --mirror: what the mirror port of a switch shows of a trunk.
"""
import argparse
import fcntl
import os
import random
import select
import struct
import subprocess
import time

TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x1002
HELD_SECONDS = 0.03


def tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return device


def is_lab_traffic(frame):
    return frame[12:14] == b"\x08\x00" and frame[23:24] in (b"\x06", b"\x11")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lose", type=int, default=0)
    parser.add_argument("--swap", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tag", type=int)
    parser.add_argument("--mirror")
    parser.add_argument("client")
    parser.add_argument("server")
    args = parser.parse_args()

    mirror = None
    if args.mirror:
        mirror = tap(args.mirror)
        subprocess.run(["ip", "link", "set", "dev", args.mirror, "up"], check=True)
    client, server = tap(args.client), tap(args.server)
    other = {client: server, server: client}
    dice = {client: random.Random(args.seed), server: random.Random(args.seed + 1)}
    held = []  # (when to let go, towards, frame)

    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else None
        ready, _, _ = select.select([client, server], [], [], wait)
        while held and held[0][0] <= time.monotonic():
            _, towards, frame = held.pop(0)
            os.write(towards, frame)
        for end in ready:
            try:
                frame = os.read(end, 65536)
            except OSError:  # the interface is not up yet
                time.sleep(0.01)
                continue
            if mirror is not None:
                os.write(mirror, frame[:12] + struct.pack("!HH", 0x8100, args.tag) + frame[12:])
            if is_lab_traffic(frame):
                if dice[end].randrange(100) < args.lose:
                    continue
                if dice[end].randrange(100) < args.swap:
                    held.append((time.monotonic() + HELD_SECONDS, other[end], frame))
                    continue
            try:
                os.write(other[end], frame)
            except OSError:
                pass


main()

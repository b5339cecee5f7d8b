#!/usr/bin/env python3
"""A server that reads the ClientHello and hangs up: with a FIN, or with a RST where --reset is given.

usage: hangup.py [--reset] PORT
"""
import socket
import struct
import sys

reset = "--reset" in sys.argv
listener = socket.create_server(("", int(sys.argv[-1])))
peer, _ = listener.accept()
peer.recv(65536)
if reset:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
peer.close()

"""A server on a UDP port that never answers; with "cookie" it asks for one, once, and then never answers.

  dtls_mute.py PORT [cookie]
"""
import socket
import struct
import sys

COOKIE = bytes(range(20))


def hello_verify_request():
    body = b"\xfe\xff" + bytes([len(COOKIE)]) + COOKIE
    message = b"\x03" + struct.pack(">I", len(body))[1:] + b"\0\0" + b"\0\0\0" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\xfe\xff" + bytes(8) + struct.pack(">H", len(message)) + message


def main():
    port, asks = int(sys.argv[1]), sys.argv[2:] == ["cookie"]
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", port))
    while True:
        _, client = server.recvfrom(65536)
        if asks:
            server.sendto(hello_verify_request(), client)
        asks = False


main()

"""A place between two ends of connections."""
import socket
import threading


def pump(one, other):
    """What comes from one goes to the other, and so does the end of it."""
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    try:
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Relay:
    """Counts the connections to a server."""

    def __init__(self, port):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port, self.target, self.count = self.socket.getsockname()[1], port, 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for pair in ((client, server), (server, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

"""A place between two ends of connections."""
import socket
import threading


def pump(one, other, change=lambda data: data):
    """What comes from one goes to the other, and so does the end of it. `change` may keep some of it back, until it has more."""
    try:
        while data := one.recv(65536):
            other.sendall(change(data))
    except OSError:
        pass
    try:
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Relay:
    """Counts the connections to a server. Others may go to another one, or change what goes through."""

    def __init__(self, port):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port, self.target, self.count = self.socket.getsockname()[1], port, 0
        threading.Thread(target=self.run, daemon=True).start()

    def connect(self):
        """The server's end of connection self.count."""
        return socket.create_connection(("127.0.0.1", self.target))

    def pump(self, one, other, to_client):
        pump(one, other)

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.count += 1
            try:
                server = self.connect()
            except OSError:
                client.close()
                continue
            for way in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pump, args=way, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

"""Relays that forward TCP connections and datagrams, and write what passes as a capture with made-up frames."""
import ipaddress
import selectors
import socket
import struct
import threading
import time

CLIENT, SERVER = "client", "server"
ADDRESS = {CLIENT: ipaddress.ip_address("192.0.2.10").packed, SERVER: ipaddress.ip_address("192.0.2.20").packed}
SEGMENT = 1400
FIN, SYN, PSH, ACK = 1, 2, 8, 16
RETRY = 0.01 # seconds until a server that does not listen yet is asked again
CONNECT_LIMIT = 10


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(sender, protocol, transport):
    """Ethernet and IPv4 before a header and payload of `protocol`, whose checksum is there already."""
    other = SERVER if sender == CLIENT else CLIENT
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(transport), 0, 0x4000, 64, protocol, 0, ADDRESS[sender], ADDRESS[other])
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + b"\x08\x00" + ip + transport


class DatagramFlow:
    """Datagrams between two ports, as frames. (A checksum of 0 says that there is none.)"""

    def __init__(self, client_port):
        self.ports = {CLIENT: client_port, SERVER: 443}
        self.frames, self.sent = [], []

    def send(self, sender, data):
        other = SERVER if sender == CLIENT else CLIENT
        self.sent.append((sender, data))
        udp = struct.pack("!HHHH", self.ports[sender], self.ports[other], 8 + len(data), 0)
        self.frames.append((time.time(), frame(sender, 17, udp + data)))


class Flow:
    """One TCP connection as frames: who sent what, in the order in which it passed."""

    def __init__(self, client_port):
        self.ports = {CLIENT: client_port, SERVER: 443}
        self.sequence = {CLIENT: 1000, SERVER: 2000}
        self.frames = []
        self.add(CLIENT, SYN)
        self.add(SERVER, SYN | ACK)
        self.add(CLIENT, ACK)

    def add(self, sender, flags, data=b""):
        other = SERVER if sender == CLIENT else CLIENT
        acknowledged = self.sequence[other] if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", self.ports[sender], self.ports[other], self.sequence[sender], acknowledged,
                          5 << 4, flags, 65535, 0, 0)
        pseudo = ADDRESS[sender] + ADDRESS[other] + struct.pack("!HH", 6, len(tcp) + len(data))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp + data)) + tcp[18:]
        self.frames.append((time.time(), frame(sender, 6, tcp + data)))
        self.sequence[sender] += len(data) + bool(flags & (SYN | FIN))

    def send(self, sender, data):
        for at in range(0, len(data), SEGMENT):
            self.add(sender, PSH | ACK, data[at:at + SEGMENT])

    def close(self, sender):
        self.add(sender, FIN | ACK)


def write_pcap(path, flows):
    frames = sorted((frame for flow in flows for frame in flow.frames), key=lambda frame: frame[0])
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for when, frame in frames:
            file.write(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(frame), len(frame)) + frame)


class Relay(threading.Thread):
    """Listens on a port of its own; what it saw is `chunks`: [[(sender, bytes)...] of each connection]."""

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.chunks, self.flows = [], []
        self.passed, self.last = 0, time.monotonic()
        self.stopping = False
        self.start()

    def run(self):
        self.listener.settimeout(0.1)
        while not self.stopping:
            try:
                client, _ = self.listener.accept()
            except socket.timeout:
                continue
            except OSError:
                return
            threading.Thread(target=self.forward, args=(client,), daemon=True).start()

    def connect(self):
        end = time.monotonic() + CONNECT_LIMIT
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.server_port))
            except ConnectionRefusedError:
                if time.monotonic() > end or self.stopping:
                    raise
                time.sleep(RETRY)

    def forward(self, client):
        try:
            server = self.connect()
        except OSError:
            client.close()
            return
        flow, chunks = Flow(40000 + len(self.flows)), []
        self.flows.append(flow)
        self.chunks.append(chunks)
        with client, server, selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, (CLIENT, server))
            selector.register(server, selectors.EVENT_READ, (SERVER, client))
            while selector.get_map() and not self.stopping:
                for key, _ in selector.select(0.1):
                    self.pass_on(selector, key.fileobj, *key.data, flow, chunks)

    def pass_on(self, selector, source, sender, target, flow, chunks):
        try:
            data = source.recv(65536)
        except ConnectionResetError:
            data = b""
        if data:
            flow.send(sender, data)
            chunks.append((sender, data))
            self.passed, self.last = self.passed + len(data), time.monotonic()
        else:
            flow.close(sender)
            selector.unregister(source)
        try:
            if data:
                target.sendall(data)
            else:
                target.shutdown(socket.SHUT_WR)
        except OSError:
            pass # the other side is gone already: what was said to it is in the capture all the same

    def stop(self):
        self.stopping = True
        self.listener.close()


class DatagramRelay(threading.Thread):
    """The same for datagrams: each address of a client is a connection."""

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.server = ("127.0.0.1", server_port)
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.chunks, self.flows, self.clients = [], [], {} # by address: its socket towards the server
        self.passed, self.last = 0, time.monotonic()
        self.stopping = False
        self.start()

    def is_there(self):
        """The server has its port. (Trying to bind it would take it away from a server that is about to.)"""
        wanted = ":%04X" % self.server[1]
        for table in ("/proc/net/udp", "/proc/net/udp6"):
            try:
                with open(table, encoding="ascii") as file:
                    if any(line.split()[1].endswith(wanted) for line in file.readlines()[1:]):
                        return True
            except FileNotFoundError:
                pass  # no IPv6
        return False

    def run(self):
        end = time.monotonic() + CONNECT_LIMIT
        while not self.is_there() and time.monotonic() < end and not self.stopping:
            time.sleep(RETRY)
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ, None)
            while not self.stopping:
                for key, _ in selector.select(0.1):
                    try:
                        if key.data is None:
                            self.from_client(selector)
                        else:
                            self.from_server(key.fileobj, *key.data)
                    except OSError:
                        pass # nobody listens there any more
        for one, _, _ in self.clients.values():
            one.close()
        self.listener.close()

    def note(self, flow, chunks, sender, data):
        flow.send(sender, data)
        chunks.append((sender, data))
        self.passed, self.last = self.passed + len(data), time.monotonic()

    def from_client(self, selector):
        data, address = self.listener.recvfrom(65536)
        if address not in self.clients:
            towards = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            towards.connect(self.server)
            flow, chunks = DatagramFlow(40000 + len(self.flows)), []
            self.flows.append(flow)
            self.chunks.append(chunks)
            self.clients[address] = (towards, flow, chunks)
            selector.register(towards, selectors.EVENT_READ, (address, flow, chunks))
        towards, flow, chunks = self.clients[address]
        self.note(flow, chunks, CLIENT, data)
        towards.send(data)

    def from_server(self, towards, address, flow, chunks):
        data = towards.recv(65536)
        self.note(flow, chunks, SERVER, data)
        self.listener.sendto(data, address)

    def stop(self):
        self.stopping = True
        self.join(1)

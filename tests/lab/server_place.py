"""Where a server of the lab runs: a scratch folder, keys and certificates, a port, and programs that end with it."""
import os
import shutil
import signal
import socket
import subprocess
import time

NAME = "check.test"
START_SECONDS = 30
CLEAN = dict(os.environ, OPENSSL_CONF="/dev/null", LC_ALL="C")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Keys:
    """Certificates for NAME that sign themselves, each made once: "rsa" or "ecdsa"."""
    KINDS = {"rsa": ["-newkey", "rsa:2048"], "ecdsa": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}

    def __init__(self, folder):
        self.folder = folder
        for kind, how in self.KINDS.items():
            subprocess.run(["openssl", "req", "-x509", *how, "-nodes", "-keyout", self.key(kind), "-out", self.pem(kind), "-subj", "/CN=" + NAME,
                            "-addext", "subjectAltName=DNS:" + NAME, "-days", "60"], check=True, capture_output=True, env=CLEAN | {"OPENSSL_CONF": self.conf()})
            self.write(kind + ".both", self.read(kind + ".pem") + self.read(kind + ".key"))
        self.write("all.pem", self.read("rsa.pem") + self.read("ecdsa.pem"))
        time.sleep(1.1)  # or the first reports tell of a day more until they expire

    def conf(self):
        """A configuration that says no more than openssl req wants to hear."""
        return self.write("req.cnf", "[req]\ndistinguished_name = dn\nx509_extensions = ext\n[dn]\n[ext]\nbasicConstraints = CA:TRUE\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def key(self, kind):
        return self.path(kind + ".key")

    def pem(self, kind):
        return self.path(kind + ".pem")

    def both(self, kind):
        return self.path(kind + ".both")

    def trusted(self):
        return self.path("all.pem")

    def digest(self, kind):
        p = subprocess.run(["openssl", "x509", "-in", self.pem(kind), "-noout", "-fingerprint", "-sha256"], check=True, capture_output=True, text=True)
        return p.stdout.strip().split("=")[1].replace(":", "").lower()


class Place:
    """For one server: `with Place(...) as place:` ends all that was started in it."""

    alive, ending = set(), False

    def __init__(self, folder, keys):
        self.folder, self.keys, self.port, self.programs, self.end = folder, keys, free_port(), [], None  # end: a command
        self.alive.add(self)
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def own(self, kind, user=None):
        """Copies of a key and its certificate here, for servers that mind whose they are."""
        paths = []
        for source in (self.keys.key(kind), self.keys.pem(kind)):
            path = shutil.copy(source, self.folder)
            os.chmod(path, 0o600)
            if user and os.geteuid() == 0:
                shutil.chown(path, user, user)
            paths.append(path)
        return paths

    def once(self, command, **how):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=self.log(), stderr=subprocess.STDOUT, env=CLEAN, timeout=60, **how)

    def start(self, command, **how):
        self.programs.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log(), stderr=subprocess.STDOUT,
                                              start_new_session=True, env=CLEAN, **how))
        if Place.ending:
            self.__exit__()

    def log(self):
        return open(self.path("log"), "ab")

    def wait(self):
        """Until it takes connections."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.programs[-1].poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            raise AssertionError("it does not listen: " + file.read()[-600:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.end:
            subprocess.run(self.end, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=CLEAN, timeout=30)
        for program in self.programs:
            for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 10)):
                try:
                    os.killpg(program.pid, number)
                    program.wait(seconds)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass
        self.alive.discard(self)

    @classmethod
    def end_all(cls, number, _):
        """For signals that would end the test, and leave its servers behind."""
        Place.ending = True
        for place in list(cls.alive):
            place.__exit__()
            shutil.rmtree(os.path.dirname(place.folder), ignore_errors=True)
        os._exit(128 + number)

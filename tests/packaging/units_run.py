#!/usr/bin/env python3
"""handlens-live@.service as it is installed, without systemd: its command runs with the user, capabilities, mounts,
system calls and limits that the unit says, in namespaces of its own, and tells handshakes.

  HANDLENS=build/.../handlens BINARY_DIR=build/... units_run.py [NAME...]

Not taken over: what needs control groups (memory, tasks, addresses, devices). Skipped (77) where namespaces may not be made."""
import ctypes.util
import glob
import json
import os
import pwd
import resource
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HERE = os.path.join(ROOT, "tests", "packaging")
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "support"), os.path.join(ROOT, "tests", "cli")]
import cases  # noqa: E402
import live  # noqa: E402
import unit_file  # noqa: E402
from cases import expect  # noqa: E402

INSIDE = "HANDLENS_TEST_UNIT_NAMESPACE"
PREFIX = "/mnt"  # a file system of the test's own
GOOD = live.frames_of(os.path.join(live.PCAPS, "tls12-ecdhe-rsa.pcap"))
FAILED = live.frames_of(os.path.join(live.PCAPS, "fail-no-shared-version.pcap"))

# Run as the user: seccomp as systemd lays it on, then the program.
CONFINE = r"""
import ctypes, errno, json, os, socket, sys
how = json.loads(sys.argv[1])
class Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]
EQUAL, MASKED = 4, 7
if how["calls"]:
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    ALLOW, ERRNO = 0x7fff0000, 0x00050000
    def number(name):
        return lib.seccomp_syscall_resolve_name(name.encode())
    def add(filter, action, name, *compare):
        if number(name) != -1:
            list = (Compare * len(compare))(*compare)
            if lib.seccomp_rule_add_array(ctypes.c_void_p(filter), action, number(name), len(compare), list) != 0:
                sys.exit("seccomp: " + name)
    def load(filter):
        if lib.seccomp_load(ctypes.c_void_p(filter)) != 0:
            sys.exit("seccomp_load")
    filter = lib.seccomp_init(ALLOW)
    if how["no_write_execute"]:
        add(filter, ERRNO | errno.EPERM, "mmap", Compare(2, MASKED, 6, 6))
        add(filter, ERRNO | errno.EPERM, "mprotect", Compare(2, MASKED, 4, 4))
        add(filter, ERRNO | errno.EPERM, "pkey_mprotect", Compare(2, MASKED, 4, 4))
    for family in range(46):
        if family not in [getattr(socket, name) for name in how["families"]]:
            add(filter, ERRNO | errno.EAFNOSUPPORT, "socket", Compare(0, EQUAL, family, 0))
    if how["no_namespaces"]:
        add(filter, ERRNO | errno.ENOSYS, "clone3")
        for name in ("unshare", "setns"):
            add(filter, ERRNO | errno.EPERM, name)
    others = lib.seccomp_init(ERRNO | errno.EPERM)
    for name in how["calls"]:
        add(others, ALLOW, name)
    load(filter)
    load(others)
os.execv(how["command"][0], how["command"])
"""


def sh(command):
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)


def user_of(unit):
    """Who the unit names, or nobody where that user was not made."""
    for name in (unit_file.last(unit, "User"), "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise AssertionError("there is no user nobody")


def mount_as(unit, user):
    """As the unit's process sees files: all read-only but for its own folder."""
    state = os.path.join("/var/lib", unit_file.last(unit, "StateDirectory"))
    sh("mount -t tmpfs -o mode=755 none /var/lib && mkdir -p " + state)
    os.chmod(state, int(unit_file.last(unit, "StateDirectoryMode"), 8))
    os.chown(state, user.pw_uid, user.pw_gid)
    sh("mount --bind %s %s" % (state, state))
    expect(unit_file.last(unit, "ProtectSystem") == "strict", "ProtectSystem")
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    for point in points:
        if not point.startswith(("/dev", "/proc", "/sys")) and point != state:
            subprocess.run(["mount", "-o", "remount,bind,ro", point], check=point in ("/", PREFIX, "/var/lib"), stderr=subprocess.DEVNULL)
    expect(unit_file.last(unit, "PrivateTmp") == unit_file.last(unit, "ProtectHome") == "yes", "PrivateTmp, ProtectHome")
    sh("mount -t tmpfs -o mode=1777 none /tmp && mount -t tmpfs -o mode=1777 none /var/tmp")
    sh("mount -t tmpfs -o ro,mode=000 none /root && mount -t tmpfs -o ro,mode=000 none /home")


def limits(unit):
    resource.setrlimit(resource.RLIMIT_NOFILE, [int(unit_file.last(unit, "LimitNOFILE"))] * 2)
    resource.setrlimit(resource.RLIMIT_CORE, [int(unit_file.last(unit, "LimitCORE"))] * 2)
    os.umask(int(unit_file.last(unit, "UMask"), 8))


def start(command=None, environment="", capabilities=None):
    """The unit's process; or another program in its place."""
    unit = UNIT
    caps = unit_file.last(unit, "AmbientCapabilities") if capabilities is None else capabilities
    names = "".join(",+" + c.lower()[4:] for c in caps.split())
    bounding = "".join(",+" + c.lower()[4:] for c in unit_file.last(unit, "CapabilityBoundingSet").split())
    user = user_of(unit)
    how = {
        "calls": CALLS,
        "families": unit_file.last(unit, "RestrictAddressFamilies").split(),
        "no_write_execute": unit_file.last(unit, "MemoryDenyWriteExecute") == "yes",
        "no_namespaces": unit_file.last(unit, "RestrictNamespaces") == "yes",
        "command": command or unit_file.command(unit, environment),
    }
    expect(unit_file.last(unit, "NoNewPrivileges") == "yes", "NoNewPrivileges")
    # A private /proc with nothing but processes; the file system's options are the mount's, so it is one of its own.
    proc = "mount -t proc -o subset=pid,hidepid=%s proc /proc && exec \"$@\"" % unit_file.last(unit, "ProtectProc")
    expect(unit_file.last(unit, "ProcSubset") == "pid", "ProcSubset")
    return subprocess.Popen(
        ["unshare", "-m", "sh", "-c", proc, "sh", "setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups",
         "--inh-caps=-all" + names, "--ambient-caps=-all" + names, "--bounding-set=-all" + bounding, "--no-new-privs", "--",
         "/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "ASAN_OPTIONS=detect_leaks=0", "/usr/bin/python3", "-c", CONFINE, json.dumps(how)],
        cwd=unit_file.last(unit, "WorkingDirectory"), preexec_fn=lambda: limits(unit), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def status_of(process):
    with open("/proc/%d/status" % process.pid, encoding="ascii") as file:
        return dict(line.split(":\t", 1) for line in file if ":\t" in line)


def wait_until_it_listens(process):
    """It does when it is handlens, and has given up what it was started with."""
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        status = status_of(process)
        if status["Name"].strip() == "handlens" and int(status["CapPrm"], 16) == 0:
            break
        time.sleep(0.02)
    time.sleep(0.3)


def told_in(path):
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return [d["handlens"]["outcome"] for d in lines if d["event"]["dataset"] == "handlens.handshake"]


def state(name=""):
    return os.path.join(unit_file.last(UNIT, "WorkingDirectory"), name)


def stop(process):
    process.send_signal(getattr(signal, unit_file.last(UNIT, "KillSignal")))
    return process.communicate(timeout=float(unit_file.last(UNIT, "TimeoutStopSec")))


# --- cases ------------------------------------------------------------------------------------------------------------
def handshakes_are_told_and_files_opened_again(folder):
    process = start()
    wait_until_it_listens(process)
    if process.poll() is not None:
        raise AssertionError("it ended: %s" % process.communicate()[1])
    status = status_of(process)
    uid = str(user_of(UNIT).pw_uid)
    expect(set(status["Uid"].split()) == {uid} and uid != "0", status["Uid"])
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        expect(int(status[kind], 16) == 0, kind, status[kind])
    live.send(GOOD)
    time.sleep(0.5)
    os.rename(state("handshakes.json"), state("moved.json"))
    expect(unit_file.last(UNIT, "ExecReload") == "/bin/kill -HUP $MAINPID", "ExecReload")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    live.send(FAILED)
    time.sleep(0.5)
    _, errors = stop(process)
    expect(process.returncode == 0, process.returncode, errors)
    expect(told_in(state("moved.json")) == ["completed"] and told_in(state("handshakes.json")) == ["failed"], os.listdir(state()), errors)
    about = os.stat(state("handshakes.json"))
    expect(about.st_mode & 0o777 == 0o640 and str(about.st_uid) == uid, oct(about.st_mode), about.st_uid)


def arguments_of_an_interface(folder):
    process = start(environment="# only these\nHANDLENS_ARGS=--format json -o failed.json --only failed --workers 2 tcp port 443\n")
    wait_until_it_listens(process)
    live.send(GOOD)
    live.send(FAILED)
    time.sleep(0.5)
    _, errors = stop(process)
    expect(process.returncode == 0 and told_in(state("failed.json")) == ["failed"], process.returncode, errors)


def an_interface_that_is_not_there(folder):
    process = start(command=["%s/bin/handlens" % PREFIX, "live", "-i", "nowhere"])
    _, errors = process.communicate(timeout=30)
    expect(process.returncode == 2 and "no such interface" in errors, process.returncode, errors)


def without_the_capability_nothing_is_captured(folder):
    process = start(capabilities="")
    _, errors = process.communicate(timeout=30)
    expect(process.returncode == 2 and errors, process.returncode, errors)


def what_else_could_be_done(folder):
    """The same place, with a shell in it."""
    script = ("touch here && echo wrote; touch %s/there 2>/dev/null || echo read-only; touch /etc/there 2>/dev/null || echo read-only; "
              "ls /root /home 2>/dev/null || echo closed; test -e /proc/sys || echo processes; grep -e CapBnd -e NoNewPrivs /proc/self/status")
    out, errors = start(command=["/bin/sh", "-c", script % PREFIX]).communicate(timeout=30)
    expect(out.split() == ["wrote", "read-only", "read-only", "closed", "processes", "CapBnd:", "0000000000002000", "NoNewPrivs:", "1"],
           out, errors)
    if CALLS:
        for code in ("import socket; socket.socket(socket.AF_VSOCK)", "import mmap; mmap.mmap(-1, 4096, prot=7)", "import os; os.nice(5)"):
            process = start(command=["/usr/bin/python3", "-c", code])
            process.communicate(timeout=30)
            expect(process.returncode == 1, code)


def calls_of(unit):
    if not shutil.which("systemd-analyze") or not ctypes.util.find_library("seccomp"):
        print("skipped: the unit's system calls: there is no systemd-analyze that lists them, or no libseccomp")
        return []
    return unit_file.system_calls(unit)


def in_namespaces():
    tools = [name for name in ("unshare", "ip", "setpriv", "mount", "cmake") if not shutil.which(name)]
    if os.geteuid() != 0 or tools:
        print("skipped: this needs root, and unshare, ip, setpriv, mount and cmake%s" % "".join("; no " + t for t in tools))
        return 77
    setup = ("mount -t tmpfs none /mnt && sysctl -qw net.ipv6.conf.all.disable_ipv6=1; "
             "ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up")
    made = subprocess.run(["unshare", "-mn", "sh", "-c", setup], capture_output=True)
    if made.returncode != 0:
        print("skipped: namespaces cannot be made: %s" % made.stderr.decode().strip())
        return 77
    return subprocess.run(["unshare", "-mn", "sh", "-c", setup + " && exec \"$@\"", "sh", sys.executable, *sys.argv],
                          env=dict(os.environ, **{INSIDE: "1"})).returncode


if __name__ == "__main__":
    if INSIDE not in os.environ:
        sys.exit(in_namespaces())
    subprocess.run(["cmake", "--install", os.environ["BINARY_DIR"], "--prefix", PREFIX], check=True, stdout=subprocess.DEVNULL)
    (path,) = glob.glob(PREFIX + "/lib/systemd/system/handlens-live@.service")
    UNIT = unit_file.read(path, "v1")
    expect(os.path.exists(PREFIX + "/lib/sysusers.d/handlens.conf"), "sysusers.d")
    CALLS = calls_of(UNIT)
    mount_as(UNIT, user_of(UNIT))
    sys.exit(cases.main(globals()))

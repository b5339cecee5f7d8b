/* All options. Adding one is a row here, a function that sets it, and a line in a test. */
#include "cli/options_parts.h"

#include "cli/kafka.h"

#define READ COMMAND_READ
#define BOTH (COMMAND_READ | COMMAND_DECODE)
#define DIFF COMMAND_DIFF
#define LIVE COMMAND_LIVE
#define CHECK COMMAND_CHECK
#define ALL COMMAND_ALL
#define RARE COMMAND_RARELY

const struct cli_option cli_options[] = {
    { ALL & ~(unsigned)CHECK, 0, "format", "human|json|markdown", "How results are written; human is usual.",
      "json is one object a line, each written when its handshake ends; docs/handshake.schema.json "
      "describes it. markdown, of captures only, is for tickets: a section a handshake, with cause, facts, certificates, "
      "findings and the ladder of messages.", set_format },
    { ALL, 'o', "output", "FILE", "Write to FILE instead of standard output.",
      "- is standard output. For read and live it may be kafka://BROKER[,BROKER...]/TOPIC: each handshake is a message in JSON, keyed "
      "with its community id; see KAFKA in the manual page.", set_output },
    { BOTH | LIVE | CHECK, 'v', "verbose", NULL, "The ladder of messages; twice: every field.",
      "In the ladder the client stands on the left, the server on the right. With it come findings of every severity, "
      "and what to do about each. With --format json, -vv adds the fields of every message and certificate. With "
      "decode, once shows every field; with check, the rules that pass, too.", set_verbose },
    { CHECK, 'p', "policy", "NAME|FILE", "What is wanted of the server; mozilla-intermediate is usual.",
      "NAME is one that handlens policy list shows, NAME@VERSION pins it; FILE is JSON (docs/policy.schema.json), and has a / in its "
      "name or ends in .json.", set_policy },
    { CHECK, 0, "enumerate", NULL, "Find out everything that the server takes.",
      "Versions, suites, groups, signature schemes, protocols, certificates, features: some thirty connections, more for old servers with many suites. Without --policy nothing "
      "is judged; the status is 3 when something could not be found out.", set_enumerate },
    { CHECK, 0, "intrusive", NULL, "With --enumerate: known weaknesses of implementations, too.",
      "Heartbleed, ChangeCipherSpec that is taken too early, ROBOT and Ticketbleed, in forms that harm nobody: nothing is read of the server's "
      "memory but, where it has Ticketbleed, one byte. They are judged as rules (weakness.heartbleed ...). Some fifteen connections more, which may "
      "look like an attack to those who watch: ask them first.", set_intrusive },
    { CHECK, 0, "format", "FORMAT", "human, json, markdown, junit, sarif or html; human is usual.",
      "json is one object a line and target (docs/check.schema.json); junit is XML, a test suite a target; sarif is SARIF 2.1.0; markdown and "
      "html begin with a table of all targets, and are written at the end.", set_check_format },
    { CHECK, 0, "report", "FORMAT=FILE", "Write this, too; may be given several times.",
      "As junit=out.xml: any format of --format. What cannot be opened is told before the first connection. With -o FILE for the report of "
      "--format, one may go to standard output (-).", add_report },
    { CHECK, 0, "sni", "NAME", "Ask for NAME, not for the target's; an empty one: for none.",
      "With --expect a GLOB: only handshakes for names like it count.", set_server_name },
    { CHECK, 0, "connect", "HOST[:PORT]", "Connect there, whatever the target is called.",
      "For one server of several behind the same name.", set_connect },
    { CHECK | RARE, 0, "proxy", "HOST:PORT", "Ask this HTTP proxy for the connections (CONNECT).",
      "It finds the target's address.", set_proxy },
    { CHECK, 0, "timeout", "TIME", "Of each connection: 5s is usual.", NULL, set_timeout },
    { CHECK, 0, "targets", "FILE", "Check the targets in FILE, too: one a line.",
      "Behind a target may stand another policy for it. What follows a # is not looked at; - is standard input.", set_targets },
    { CHECK, 0, "parallel", "N", "So many targets at once; one is usual.",
      "Each has one connection at a time. They are told in their order.", set_parallel },
    { CHECK, 0, "baseline", "FILE", "Fail only where something has changed since FILE was written.",
      "FILE is what --write-baseline wrote, or --format json. What fails or warns as it did then is told as waived; targets are the same when "
      "they are named the same. That fewer days are left until a certificate expires is no change; that none are is one.", set_baseline },
    { CHECK, 0, "write-baseline", "FILE", "Accept what fails or warns now: write it to FILE, for --baseline.",
      "The exit status is 0 then, whatever fails. Two runs write the same when the servers are the same. Where a target cannot be reached, or "
      "something of it is unknown, nothing is written, and the status is 3. With --baseline, which may name the same file, what that says of "
      "targets that are not checked stays.", set_write_baseline },
    { CHECK, 0, "expect", "EXPR", "Of a capture: every handshake must fit EXPR, as 'version >= 1.2'.",
      "An expression over the fields of a handshake (docs/expressions.md); may be given more than once. TARGET is a capture then, and is held "
      "against a policy only where --policy names one. The exit status is 0 when all handshakes that --only, --sni and --port ask for "
      "fit every EXPR, and 1 when one does not, or when there is none.", set_expect },
    { CHECK, 0, "clients", "CAPTURE", "Would the clients of CAPTURE still get through to the server?",
      "The different ClientHellos in it (by JA4, the first of each, 200 at the most) are sent again, up to the server's answer, with a new "
      "random, new key shares and nothing of a session that was resumed; those with a server name ask for the target's. The server is "
      "held against a policy only where --policy names one. The exit status is 1 when a client is refused that completed a handshake in "
      "CAPTURE.", set_clients },
    { CHECK, 0, "save-pcap", "FILE", "Write the connections that are made to a pcapng file.",
      "With the secrets that open the server's flight in TLS 1.3, so that Wireshark, and handlens read, show its certificate; only its "
      "owner may read FILE. It has the bytes that were sent and received: the packets around them, of raw IP, are made up.", set_save_pcap },
    { CHECK | RARE, 0, "all-addresses", NULL, "Check every address of a name, and whether they agree.", NULL, set_all_addresses },
    { CHECK | RARE, 0, "retries", "N", "Try a connection so often again that says nothing: 1 is usual.",
      "A connection that is refused, reset, closed or silent; with a pause before, which gets longer. Where it was in vain twice, it is "
      "the server's way to say no, and not tried again.", set_retries },
    { CHECK | RARE, 0, "delay", "TIME", "Wait between two connections to a target.", NULL, set_delay },
    { CHECK | RARE, 0, "max-connections", "N", "For one target: 40 is usual.",
      "What could not be asked for then is told as unknown.", set_connections },
    { CHECK, 0, "fail-on", "fail|warn", "Exit with 1 at such a verdict; fail is usual.", NULL, set_fail_on_result },
    { LIVE, 'i', "interface", "IFACE", "Capture on IFACE; any is all of them.",
      "May be given more than once. Without it the first one that is up and no loopback counts; --list-interfaces shows all.", set_interface },
    { LIVE | RARE, 0, "list-interfaces", NULL, "Show what can be captured on.", NULL, set_list_interfaces },
    { LIVE, 'c', "count", "N", "End after N handshakes.", "Of those that are shown.", set_count },
    { LIVE, 0, "duration", "TIME", "End after TIME: 90s, 10m, 8h.", NULL, set_duration },
    { READ, 0, "html", "FILE", "Write a page, all in one HTML file, as well.",
      "Of the handshakes that are shown. It needs no network and no script: a summary with filters, causes, and for "
      "each handshake verdict, ladder, certificates, findings, timing and all fields. Handshakes beyond 5,000, or "
      "beyond 256 MiB of page, are counted only. Until the end the page waits in a temporary file (TMPDIR).", set_html },
    { READ | LIVE | DIFF | CHECK, 0, "only", "OUTCOME,...", "Show only handshakes that ended like this.",
      "OUTCOME is completed, failed, incomplete or not-tls.", set_only },
    { READ | LIVE | DIFF, 0, "sni", "GLOB", "Show only handshakes for names like GLOB.",
      "* and ? stand for any characters; upper and lower case are the same. A handshake without a "
      "server name matches the empty glob only.", set_sni },
    { READ | LIVE | DIFF | CHECK, 0, "port", "N", "Show only handshakes with servers on port N.", NULL, set_port },
    { READ | LIVE | DIFF | CHECK, 0, "keylog", "FILE|env", "Open handshakes with the secrets in FILE.",
      "A key log, as programs write it when SSLKEYLOGFILE is set; env is the file that this variable names here. It "
      "is followed as it grows when packets come live or from standard input. Secrets inside a pcapng file are used without asking.", set_key_log },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "key", "FILE", "Open RSA key exchanges with this private key.",
      "PEM or DER. It opens no other key exchange: all of TLS 1.3, and most of TLS 1.2, needs --keylog.", set_key },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "key-pass-file", "FILE", "The password of private keys is the first line of FILE.", NULL,
      set_key_pass_file },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "psk", "[IDENTITY:]HEX", "Open handshakes with this pre-shared key.", NULL, set_psk },
    { BOTH | LIVE | DIFF | CHECK, 0, "ca-file", "FILE", "Trust the CAs in FILE, not the system's.",
      "PEM or DER; may be given more than once. Without it the system's bundle counts, or what SSL_CERT_FILE and "
      "SSL_CERT_DIR name.", set_ca_file },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "ca-path", "DIR", "Trust the CAs in the files of DIR.", NULL, set_ca_path },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "no-ca", NULL, "Trust nobody: chains are shown, not judged.", NULL, set_no_ca },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "intermediates", "FILE", "CAs that servers may have forgotten to send.",
      "They are used to build chains, and are not trusted by themselves.", set_intermediates },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "crl", "FILE", "Look certificates up in these CRLs.", NULL, set_crl },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "ct-logs", "FILE", "Check timestamps against these CT logs.",
      "A list of logs in JSON of version 3, as browsers' makers publish it.", set_ct_logs },
    { BOTH | LIVE | DIFF | CHECK, 0, "host", "NAME", "Judge certificates for NAME (or address).",
      "Without it: for the name that the client asked for (SNI).", set_host },
    { BOTH | DIFF, 0, "at", "TIME|now", "Judge as of TIME, not of the handshake.",
      "TIME is 2026-12-31, 2026-12-31T23:59:59Z or @SECONDS, in UTC. decode judges as of now.", set_at },
    { READ | LIVE | DIFF | RARE, 0, "check-signatures", "some|all|none", "Signatures of how many handshakes.",
      "ServerKeyExchange and CertificateVerify, up to TLS 1.2. some, which is usual: all of the first 1,000 handshakes, "
      "then the first of each certificate and those that failed.", set_signatures },
    { BOTH | LIVE, 0, "fail-on", "SEVERITY|never", "Exit with 1 if there is such a finding.",
      "SEVERITY is info, low, medium, high or critical, and means that one and those above it, in handshakes that are "
      "shown.", set_fail_on },
    { LIVE | RARE, 0, "stats-interval", "TIME", "With --format json, counters as an event each TIME.",
      "An object whose event.dataset is handlens.stats: packets, what was dropped, handshakes by outcome.", set_stats_interval },
    { LIVE | RARE, 0, "rotate-size", "SIZE", "Begin a file anew when it has SIZE: 500K, 100M, 2G.",
      "Files that live writes: -o, --write, --decrypted-pcap, --write-failed. night.pcapng becomes "
      "night-20261125T150320.123456Z.pcapng (UTC) and is begun anew, between two handshakes; what another run left under the "
      "name is set aside first. SIGHUP opens all files again under their names, for who moves them.", set_rotate_size },
    { LIVE | RARE, 0, "rotate-time", "TIME", "... when TIME has passed: 1h, 1d.", NULL, set_rotate_time },
    { LIVE | RARE, 0, "keep", "N", "... and keep N files of a name: older ones are deleted.",
      "With the one that is being written; a ring of N files of SIZE.", set_keep },
    { READ | LIVE | RARE, 0, "spill", "FILE", "Keep what Kafka does not take in FILE, until it does.",
      "Its messages are published first, also those that another run has left; it is removed by nobody, and empty when all was "
      "delivered.", set_spill },
    { READ | LIVE | RARE, 0, "spill-size", "SIZE", "... SIZE at the most; 256M is usual.",
      "Beyond that, live loses what comes, and counts it; read waits.", set_spill_size },
    { READ | LIVE | RARE, 0, "kafka-config", "FILE", "Properties of librdkafka, KEY=VALUE a line: TLS, passwords.",
      "Those that decide whether messages are delivered are set, and refused here.", set_kafka_config },
    { LIVE | RARE, 0, "snaplen", "BYTES", "Keep only the beginning of each packet.",
      "Usually whole packets are kept: what is cut off is missing in messages.", set_snap_length },
    { LIVE | RARE, 0, "buffer-mib", "N", "The kernel's buffer of each interface, in MiB; 32 is usual.", NULL, set_buffer },
    { LIVE | RARE, 0, "promiscuous", NULL, "Packets for other machines, too.", NULL, set_promiscuous },
    { READ | LIVE | RARE, 0, "workers", "N", "Spread the work among N threads.",
      "read: the output is the same, whatever N; one thread follows connections, the others write reports. live: the kernel gives "
      "each a share of the connections (PACKET_FANOUT), and what they tell is put in the order of time; what one learned "
      "of a server or client the others do not know: evidence from other connections may be less.", set_workers },
    { READ | LIVE | RARE, 0, "user", "NAME", "Who to become when started as root; nobody is usual.",
      "That happens once the interfaces are open, and before a packet is looked at. With read, only the process that publishes to "
      "Kafka gives up its rights.", set_user },
    { READ | LIVE | RARE, 0, "no-sandbox", NULL, "Keep all rights.",
      "Without it root and every capability are given up once the interfaces are open, and cannot be had again; and (seccomp) a new "
      "program, socket or process, and a file opened for writing, end the program, other system calls that are not needed fail.",
      set_no_sandbox },
    { READ | RARE, 0, "write-certs", "DIR", "Store certificates as PEM files in DIR.",
      "Each once, named by its SHA-256; chain-N.pem is the chain of handshake N, chain-N-client.pem the client's; "
      "index.json lists them.", set_write_certs },
    { READ | LIVE | RARE, 0, "write", "FILE", "Write the packets of the handshakes that are shown to a pcapng file.",
      "As they are, but for application data, which are cut off: with --only failed, for a look in the morning.", set_write_pcap },
    { LIVE | RARE, 0, "write-failed", "FILE", "... of those that failed, while others are shown, too.", NULL, set_write_failed },
    { READ | LIVE | RARE, 0, "decrypted-pcap", "FILE", "Write the handshakes that are shown to a pcapng file.",
      "With their packets, and with the secrets that open them, as far as they were given: Wireshark, and handlens, show "
      "them decrypted. Only its owner may read FILE. Application data are cut off.", set_decrypted_pcap },
    { READ | LIVE | RARE, 0, "redact", NULL, "... with other addresses and names.",
      "See REDACTION in the manual page for what it does not reach.", set_redact },
    { READ | LIVE | RARE, 0, "show-secrets", NULL, "Secrets may go to standard output, and into pipes.",
      "With --decrypted-pcap - or a pipe as its FILE. Without it they go into files only.", set_show_secrets },
    { ALL | RARE, 0, "color", "auto|always|never", "Colours; auto: on terminals, unless NO_COLOR.", NULL, set_color },
    { READ | LIVE, 'q', "quiet", NULL, "No summary at the end.", NULL, set_quiet },
    { READ | RARE, 0, "progress", NULL, "Show progress even if stderr is no terminal.",
      "On a terminal it is shown after a second.", set_progress },
    { ALL, 'h', NULL, NULL, "This help.", NULL, set_help_short },
    { ALL, 0, "help", NULL, "Everything about the options.", NULL, set_help },
    { ALL | RARE, 0, "version", NULL, "The version of handlens.", NULL, set_version },
    { ALL | RARE, 0, "print-manual", NULL, "The source of the manual page.", "docs/handlens.1 is made with it.", set_manual },
};

#undef READ
#undef BOTH
#undef DIFF
#undef LIVE
#undef CHECK
#undef ALL
#undef RARE

const size_t cli_option_count = sizeof cli_options / sizeof cli_options[0];

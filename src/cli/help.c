/* The two helps and the manual page, from the option table. */
#include "cli/options.h"

#include <string.h>

static const char intro[] = "handlens looks into TLS handshakes: what each established, and what went wrong.";

static const struct {
    enum cli_command command;
    const char *line, *what;
} examples[] = {
    { COMMAND_READ, "handlens read capture.pcap", "every handshake of a capture, a few lines each" },
    { COMMAND_READ, "handlens --only failed --html page.html capture.pcapng", "those that failed, as a page for others" },
    { COMMAND_READ, "handlens --only failed -v capture.pcapng", "those that failed, message by message" },
    { COMMAND_READ, "handlens --sni '*.example.org' --format json a.pcap b.pcap | jq .tls",
      "as JSON; files in the order of time" },
    { COMMAND_READ, "tcpdump -i eth0 -w - tcp | handlens read -", "from another program" },
    { COMMAND_READ, "handlens --keylog keys --decrypted-pcap bug.pcapng --redact a.pcap",
      "for a bug report: Wireshark shows it decrypted" },
    { COMMAND_READ, "handlens --fail-on high --at now capture.pcap", "would these certificates do today?" },
    { COMMAND_LIVE, "handlens live", "every handshake as it passes, on the default interface" },
    { COMMAND_LIVE, "handlens live -i eth0 --only failed --format json tcp port 443", "failures as JSON, of some packets" },
    { COMMAND_LIVE, "handlens live -o kafka://b1:9092,b2:9092/tls --spill /var/spool/handlens.spill",
      "each handshake as a message to Kafka" },
    { COMMAND_DECODE, "handlens decode --host www.example.org fullchain.pem", "is this chain what a client wants?" },
    { COMMAND_DECODE, "openssl s_client -connect www.example.org:443 -msg </dev/null | handlens decode -",
      "every message, field by field" },
    { COMMAND_DECODE, "handlens decode '16 03 01 00 c8 01 00 00 c4 03 03 ...'", "a record out of a log, or Wireshark" },
    { COMMAND_CHECK, "handlens check www.example.org", "does this server do what Mozilla recommends?" },
    { COMMAND_CHECK, "handlens check --policy pci-4.0.1@1 --connect 192.0.2.7 --format json shop.example.org",
      "one backend, for a pipeline" },
    { COMMAND_CHECK, "handlens check --report junit=out.xml --report sarif=out.sarif www.example.org mail.example.org:993",
      "several servers, as CI wants to read it (docs/ci.md)" },
    { COMMAND_CHECK, "handlens check --write-baseline tls.baseline www.example.org", "what is wrong today is known: from now on --baseline fails on what is new" },
    { COMMAND_CHECK, "handlens check --keylog keys --expect 'version >= 1.2' --expect 'alpn == h2' test.pcap",
      "a test that looks at its own traffic" },
    { COMMAND_CHECK, "handlens check --clients yesterday.pcap www.example.org", "which of its clients would a server no longer take?" },
    { COMMAND_POLICY, "handlens policy show mozilla-modern > ours.json", "a policy to begin with" },
    { COMMAND_DIFF, "handlens diff works.pcap fails.pcap", "what differs, and what of it explains the failure" },
    { COMMAND_EXPLAIN, "handlens explain certificate-chain-incomplete", "what a finding means, what to change" },
    { COMMAND_EXPLAIN, "handlens explain alert 40", "handshake_failure: who sends it, and why" },
    { COMMAND_EXPLAIN, "handlens explain ECDHE-RSA-AES128-GCM-SHA256",
      "what a cipher suite is made of, and whether it is fine" },
    { COMMAND_EXPLAIN, "handlens explain 'curl: (35) error:0A00010B:SSL routines::wrong version number'",
      "a line of a log" },
};

static const struct {
    enum cli_command command;
    const char *usage, *what;
} commands[] = {
    { COMMAND_READ, "[read] [OPTION...] FILE...",
      "FILE is a pcap or pcapng capture, plain or compressed with gzip, Zstandard or LZ4; - is standard "
      "input. Several files, in the order of time, are one capture." },
    { COMMAND_LIVE, "live [OPTION...] [FILTER]",
      "Handshakes as they pass on an interface. FILTER is one of libpcap's (pcap-filter(7)). It ends with Ctrl-C: what is open "
      "is told then; SIGUSR1 shows counters. Capturing needs root, or once: setcap cap_net_raw=ep on the program." },
    { COMMAND_DECODE, "decode [OPTION...] FILE|HEX...",
      "FILE holds certificates, a request for one, CRLs or an OCSP response, in PEM or DER; or TLS or DTLS records, handshake "
      "messages, or a QUIC datagram, in binary, as hex in any form of dump, in base64, or as openssl s_client -msg shows "
      "them. - is standard input; what is no file is taken as hex or base64. Certificates are judged as a chain, the first "
      "one's." },
    { COMMAND_DIFF, "diff [OPTION...] A B",
      "A and B are captures, lines that --format json wrote, or a ClientHello in hex. Of several handshakes the first one "
      "counts; FILE#N names another. The exit status is 0 when nothing differs, 1 when something does." },
    { COMMAND_CHECK, "check [OPTION...] TARGET...",
      "TARGET is a server, [PROTOCOL://]HOST[:PORT], held against a policy in a few connections; PROTOCOL is one that begins with TLS "
      "(https, which is usual, imaps, ldaps, ...) or asks for it (smtp, submission, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, "
      "xmpp-server, ldap, postgres, mysql, rdp, tds). TARGET may also be a capture, or a file of lines that handlens read --format json "
      "wrote: then each server in it, by what it agreed on with its clients. A rule passes when it was seen to be kept. The exit status is "
      "0 when every rule passes, 1 when one fails, 3 when a server could not be reached, or something could not be observed." },
    { COMMAND_POLICY, "policy list | show NAME | lint FILE... | hash NAME...",
      "The policies that are built in, and those in files: list shows their names, show a document, lint says what is wrong with one, "
      "hash is its SHA-256." },
    { COMMAND_EXPLAIN, "explain [OPTION...] [WORD...]",
      "WORD is the code of a finding, the name or number of an alert, cipher suite, extension, group, signature scheme or "
      "version, or an error of another program, also inside a line of its log. Without it the kinds and all codes are "
      "listed." },
};

static void put_invocation(char out[64], const struct cli_option *option)
{
    char letter[8] = "    ";

    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c%s", option->letter, option->name != NULL ? ", " : "");
    snprintf(out, 64, "%s%s%s%s%s", letter, option->name != NULL ? "--" : "", option->name != NULL ? option->name : "",
             option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
}

/* Words of `text`, wrapped at 80 columns. */
static void put_wrapped(FILE *out, unsigned indent, const char *text)
{
    unsigned column = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column == 0)
            column = (unsigned)fprintf(out, "%*s", (int)indent, "");
        else if (column + 1 + length > 80)
            column = (unsigned)fprintf(out, "\n%*s", (int)indent, "") - 1;
        else
            column += (unsigned)fprintf(out, " ");
        column += (unsigned)fprintf(out, "%.*s", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void put_options(FILE *out, enum cli_command command, bool complete)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        char invocation[64];
        if ((option->commands & command) == 0 || (!complete && (option->commands & COMMAND_RARELY) != 0))
            continue;
        put_invocation(invocation, option);
        if (!complete) {
            fprintf(out, "  %-33s%s\n", invocation, option->help);
            continue;
        }
        fprintf(out, "  %s\n", invocation);
        put_wrapped(out, 8, option->help);
        if (option->more != NULL)
            put_wrapped(out, 8, option->more);
    }
}

void cli_help(FILE *out, enum cli_command command, bool complete)
{
    fprintf(out, "%s\n\n", intro);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].command != command)
            continue;
        fprintf(out, "Usage: handlens %s\n\n", commands[i].usage);
        put_wrapped(out, 0, commands[i].what);
    }
    fputc('\n', out);
    put_options(out, command, complete);
    fputs(complete ? "\nExamples:\n" : "\n", out);
    for (size_t i = 0; complete && i < sizeof examples / sizeof examples[0]; i++) {
        if (examples[i].command == command)
            fprintf(out, "  %s\n      %s\n", examples[i].line, examples[i].what);
    }
    if (!complete && command == COMMAND_READ)
        fputs("Also: handlens decode FILE|HEX, handlens explain WORD; each with -h.\n", out);
    if (complete && command != COMMAND_CHECK)
        fputs("\nExit status: 0 done; 1 a finding at or above --fail-on; 2 wrong usage, a file could\nnot be read, or "
              "output could not be written; 3 (check) unreachable, or inconclusive; 130 interrupted.\n", out);
}

/* Text for roff: hyphens as they are typed, no line that begins like a request. */
static void put_roff(FILE *out, const char *text)
{
    if (*text == '.')
        fputs("\\&", out);
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', out);
        if (*text == '\\')
            fputs("e", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

static void put_section(FILE *out, const char *name)
{
    fprintf(out, ".SH %s\n", name);
}

/* --decrypted-pcap and --redact: what is in the file, and what they do not reach. */
static void put_packets(FILE *out)
{
    put_section(out, "PACKETS AND SECRETS");
    put_roff(out, "The file of --decrypted-pcap has the packets of each handshake that is shown, from the first one of its "
                  "connection on, as they were captured, and before them the secrets that open it: the lines of key logs "
                  "with its client random, or the master secret that a private key or a pre-shared key led to. Exporter "
                  "secrets are left out. Whoever has the file can read what is encrypted in it. It is written with mode "
                  "0600; to standard output, a terminal or a pipe only with --show-secrets. handlens writes secrets "
                  "nowhere else.");
    fputs(".PP\n", out);
    put_roff(out, "Application data are not in it: zeros stand in their place. Where nothing else follows a handshake that is "
                  "completed, packets are cut behind the first record of them. handlens goes on behind zeros; other "
                  "programs may not open what follows them in the same direction. Of TLS 1.3 that stays closed, a few "
                  "kilobytes may not be told from the handshake, and stay, encrypted. What was said before TLS stays, "
                  "passwords included, unless --redact is given.");
    fputs(".PP\n", out);
    put_roff(out, "At most 2 MiB of packets of a connection are kept until its handshake is told, and 256 MiB in all; what "
                  "is left out is counted and said once.");
    put_section(out, "REDACTION");
    put_roff(out, "With --redact, MAC, IPv4 and IPv6 addresses become others (10.0.0.1, fd00::1, 02:00:00:00:00:01 and so "
                  "on, by order of appearance), the same ones for the same in the whole file; networks are not kept. "
                  "Checksums fit again. Tunnels, options of IP, and options of TCP that may hold addresses are left out. "
                  "Names become others of the same length, word by word, so that a name still fits its wildcard, and an "
                  "issuer its subject: the host name in ClientHello, all names in certificates that are sent in the clear "
                  "(but for the country), hosts of URIs in them, and wherever else these stand in the clear. Before TLS: "
                  "what looks like a host name or an address, in SOCKS and the PROXY protocol, too, and what a client "
                  "logs in to a SOCKS or HTTP proxy with.");
    fputs(".PP\n", out);
    put_roff(out, "It does not reach what is encrypted: where the file has the secrets, certificates of TLS 1.3 can be read "
                  "with all their names; a warning says so. It does not touch ports, times, sequence numbers and timestamps of "
                  "TCP, VLAN numbers, serial numbers and keys of certificates, randoms, session ids, tickets, identities of "
                  "pre-shared keys, the names of protocols in ALPN, and other text that is said before TLS, such as user "
                  "names and the replies of servers. By keys and serial numbers a public certificate can be looked up. "
                  "Lengths stay. What was signed or is covered by Finished has changed: in the new file "
                  "signatures and Finished are wrong, and fingerprints of certificates are others. A handshake whose bytes "
                  "in the clear are not all there, or not well-formed, and a packet that is a fragment are left out, and "
                  "counted.");
}

/* What live needs, what is left of it, and the service. */
static void put_rights(FILE *out)
{
    put_section(out, "RUNNING WITHOUT ROOT");
    put_roff(out, "handlens live needs the right to open an interface, CAP_NET_RAW, and nothing else; decode, diff, explain and read "
                  "need none. Who may run the program can capture after");
    fputs(".PP\n.RS\n", out);
    put_roff(out, "setcap cap_net_raw=ep /usr/local/bin/handlens");
    fputs(".RE\n.PP\n", out);
    put_roff(out, "so that its file should be executable by a group of those only (chgrp, chmod 0750, and then setcap, which chown and a "
                  "new version of the file undo). Started as root, it becomes another user (--user, usually nobody), who must be able to "
                  "read what is named with --keylog later on. In each case the capability is given up once the interfaces and files "
                  "are open, before a packet is looked at, and seccomp then refuses what parsing does not need: programs, "
                  "connections, files other than for reading, executable memory. --no-sandbox leaves both out.");
    fputs(".PP\n", out);
    put_roff(out, "With systemd, the service handlens-live@INTERFACE captures on INTERFACE (any: on all) as the user handlens, which "
                  "systemd-sysusers makes:");
    fputs(".PP\n.RS\n.nf\n", out);
    put_roff(out, "systemd-sysusers && systemctl daemon-reload");
    put_roff(out, "systemctl enable --now handlens-live@eth0");
    fputs(".fi\n.RE\n.PP\n", out);
    put_roff(out, "HANDLENS_ARGS in /etc/handlens/live-INTERFACE.conf has its arguments; without that file it writes JSON to "
                  "/var/lib/handlens/INTERFACE/handshakes.json, in 20 files of 100 MB. It sees neither home directories nor "
                  "/tmp, and can write in its own folder only: systemctl edit handlens-live@eth0 may add a ReadWritePaths=. "
                  "It can send nothing over IP; what talks to others needs an IPAddressAllow=. systemctl reload opens its "
                  "files again, systemctl kill -s USR1 puts counters into the journal.");
}

static void put_kafka(FILE *out)
{
    put_section(out, "KAFKA");
    put_roff(out, "With -o kafka://BROKER[,BROKER...]/TOPIC each handshake is one message: the line of --format json without its end. "
                  "Its key is the community id, so that handshakes of a connection keep their order; events of --stats-interval have no "
                  "key. BROKER is HOST or HOST:PORT; one that can be reached leads to the others.");
    fputs(".PP\n", out);
    put_roff(out, "A message counts as delivered when all replicas that are in sync have it (acks=all, an idempotent producer). Until "
                  "then it is kept: in memory, of which 64 MiB are used, and, when that is full or nothing was delivered for five "
                  "seconds, in the file of --spill as well. What is in the file comes before what is new, also in the next run that is "
                  "given it; a message that was delivered just before handlens ended may come twice, none is left out. When the file "
                  "is full, read waits, and live loses what has no room in memory either. At the end handlens waits as long as messages "
                  "are delivered, and ten seconds more; a second Ctrl-C ends that. What is not delivered then stays in the file, which "
                  "is said; without a file it is lost. What was lost is counted, and said, and the exit status is 2.");
    fputs(".PP\n", out);
    put_roff(out, "What librdkafka needs to know otherwise (security.protocol, sasl.username, sasl.password, ssl.ca.location, "
                  "compression.type, ...) stands in the file of --kafka-config, a KEY=VALUE a line. Its values are shown nowhere. Another "
                  "process than the one that looks at packets talks to the brokers, without rights, too.");
}

void cli_manual(FILE *out)
{
    fprintf(out, ".TH HANDLENS 1 \"2026\" \"handlens %s\" \"User Commands\"\n", hl_version());
    put_section(out, "NAME");
    put_roff(out, "handlens - look into TLS handshakes");
    put_section(out, "SYNOPSIS");
    fputs(".B handlens\n[\\fBread\\fR] [\\fIOPTION\\fR...] \\fIFILE\\fR...\n.br\n.B handlens decode\n"
          "[\\fIOPTION\\fR...] \\fIFILE|HEX\\fR...\n.br\n.B handlens explain\n[\\fIWORD\\fR...]\n.br\n.B handlens check\n[\\fIOPTION\\fR...] \\fITARGET\\fR...\n.br\n.B handlens policy\n"
          "\\fBlist\\fR|\\fBshow\\fR|\\fBlint\\fR|\\fBhash\\fR [\\fINAME|FILE\\fR...]\n",
          out);
    put_section(out, "DESCRIPTION");
    put_roff(out, intro);
    put_roff(out, "read, which may be left out, is about captures. decode shows certificates, requests, CRLs and OCSP "
                  "responses in files, and judges certificates as a chain; it also takes records and messages of TLS apart, out of "
                  "files, dumps and arguments. explain says what a word of a report or a log means.");
    fputs(".PP\n", out);
    put_roff(out, "Each FILE is a capture in pcap or pcapng format, plain or compressed with gzip, Zstandard or LZ4; - "
                  "is standard input. Several files, given in the order of time, are one continuous capture: a handshake "
                  "may begin in one and end in the next.");
    fputs(".PP\n", out);
    put_roff(out, "A TARGET of check is a server, a capture, or a file of lines that read or live wrote with --format json, plain or "
                  "compressed. Lines are held against a policy as their capture is; what they do not say is unknown. With -vv they have "
                  "the certificates, which are then judged anew; else trust, names and OCSP responses count as they were judged when the "
                  "lines were written, where that was done as check would do it. A line that cannot be used is told, and makes the exit "
                  "status 2; the others count.");
    fputs(".PP\n", out);
    put_roff(out, "TLS is found on any port by its content, also after another protocol (STARTTLS, HTTP CONNECT, SOCKS, "
                  "the PROXY protocol). TCP streams are always put together: out of order, retransmitted, overlapping "
                  "and missing segments need no option. The same goes for the fragments of DTLS 1.0 to 1.3 in UDP.");
    put_section(out, "OPTIONS");
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        fputs(".TP\n", out);
        if (option->letter != 0)
            fprintf(out, "\\fB\\-%c\\fR%s", option->letter, option->name != NULL ? ", " : "");
        if (option->name != NULL) {
            fputs("\\fB\\-\\-", out);
            for (const char *c = option->name; *c != '\0'; c++)
                fprintf(out, *c == '-' ? "\\-" : "%c", *c);
            fputs("\\fR", out);
        }
        if (option->value != NULL)
            fprintf(out, " \\fI%s\\fR", option->value);
        fputc('\n', out);
        put_roff(out, option->help);
        if (option->more != NULL)
            put_roff(out, option->more);
    }
    put_section(out, "OUTPUT");
    put_roff(out, "For people, each handshake takes a few lines: who talked to whom, the server name asked for and the "
                  "outcome; what was negotiated; the server's certificate. Its outcome is one of");
    static const char *const outcomes[][2] = {
        { "completed", "both sides finished the handshake." },
        { "failed", "a fatal alert was sent, or the connection was closed before that." },
        { "incomplete", "nothing in the capture proves either." },
        { "not-tls", "the server answered with something else." },
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        fputs(".TP\n.B ", out);
        put_roff(out, outcomes[i][0]);
        put_roff(out, outcomes[i][1]);
    }
    fputs(".PP\n", out);
    put_roff(out, "Everything that comes from the wire is escaped: a capture cannot send control sequences to the "
                  "terminal. What is encrypted is shown as encrypted, with its length.");
    put_section(out, "TRUST");
    put_roff(out, "Certificates are judged as a client would at the time of the handshake (or --at): every path from the "
                  "first certificate over those sent and those given with --intermediates to a trusted CA is "
                  "tried, and the best one is told. Whom to trust: the CAs of --ca-file and --ca-path; without them, those "
                  "of SSL_CERT_FILE and SSL_CERT_DIR; without them, the system's. With --no-ca, or where there are none, "
                  "chains are shown and not judged. The name is the one that the client asked for, or --host.");
    fputs(".PP\n", out);
    put_roff(out, "Stapled OCSP responses are checked for signature, time and whether they are about that very "
                  "certificate; CRLs count when given with --crl; signed certificate timestamps when the logs are "
                  "known by --ct-logs. Nothing is fetched from the network.");
    put_packets(out);
    put_rights(out);
    put_kafka(out);
    put_section(out, "FINDINGS");
    put_roff(out, "What is wrong, or could be better, has a code and a severity: info, low, medium, high or critical. Those "
                  "from medium on are shown; all of them with -v, and in JSON. handlens explain CODE has the story. The codes:");
    for (size_t i = 0; hl_explain_code(i) != NULL; i++) {
        struct hl_explanation explanation;
        (void)hl_explain(hl_explain_code(i), &explanation);
        fputs(".TP\n.B ", out);
        put_roff(out, explanation.code);
        put_roff(out, explanation.title);
    }
    put_section(out, "BYTES");
    put_roff(out, "What handlens decode is given may be binary or text. Of text: PEM; hex, plain or with colons, spaces, commas, "
                  "0x, braces and comments, as a C array; strings with \\x; dumps of xxd, hexdump, od, tcpdump -X and Wireshark "
                  "(Copy as Hex Dump, as Hex Stream, as Escaped String, as C Array); base64; and what openssl s_client or s_server "
                  "shows with -msg. With -trace OpenSSL shows fields as text, without their bytes: of it only certificates are "
                  "taken.");
    fputs(".PP\n", out);
    put_roff(out, "What the bytes are is found out: TLS records, DTLS records, handshake messages without records, the body of a "
                  "ClientHello, an alert, a QUIC datagram, of which Initial packets are opened. In front of the first record the "
                  "headers of a frame may stand. What a message needs to be read (version, cipher suite) is taken from a "
                  "ServerHello before it. A broken message is shown up to the field where it breaks. At most 16 MiB are decoded. "
                  "When something is left that is not understood, all before it is shown, and the status is 2.");
    put_section(out, "WORDS");
    put_roff(out, "handlens explain knows, besides the codes above:");
    for (int kind = HL_WORD_ALERT; hl_word_kind_about((enum hl_word_kind)kind) != NULL; kind++) {
        fputs(".TP\n.B ", out);
        put_roff(out, hl_word_kind_name((enum hl_word_kind)kind));
        put_roff(out, hl_word_kind_about((enum hl_word_kind)kind));
    }
    fputs(".PP\n", out);
    put_roff(out, "Case does not matter, nor whether words are parted by spaces, hyphens or underscores; several arguments "
                  "are read as one text first. In a longer text the longest message that is known counts. A number that "
                  "may be several things is told in a line each: put the kind before it (alert 40). What is not known "
                  "ends with status 2, and with words that are spelled alike. JSON is described by "
                  "docs/explain.schema.json.");
    put_section(out, "EXAMPLES");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        fputs(".TP\n.B ", out);
        put_roff(out, examples[i].line);
        put_roff(out, examples[i].what);
    }
    put_section(out, "ENVIRONMENT");
    fputs(".TP\n.B NO_COLOR\n", out);
    put_roff(out, "When set to anything but the empty string, colours are used only with --color always.");
    fputs(".TP\n.B SSL_CERT_FILE, SSL_CERT_DIR\n", out);
    put_roff(out, "A file, or a directory of files, with the CAs to trust, where neither --ca-file nor --ca-path is given.");
    put_section(out, "EXIT STATUS");
    fputs(".TP\n.B 0\n", out);
    put_roff(out, "All files were read. A file that is cut short gives what was in it and a warning.");
    fputs(".TP\n.B 1\n", out);
    put_roff(out, "There was a finding at or above --fail-on; check: a rule is broken, or with --fail-on warn there is a warning; not where --write-baseline accepts it.");
    fputs(".TP\n.B 2\n", out);
    put_roff(out, "Wrong usage, a file that could not be read, or output that could not be written or delivered.");
    fputs(".TP\n.B 3\n", out);
    put_roff(out, "Of check: a server could not be reached, or something could not be observed, and no rule is broken; or there is no baseline for that reason.");
    fputs(".TP\n.B 130\n", out);
    put_roff(out, "Interrupted; what had been found was written.");
    put_section(out, "SEE ALSO");
    fputs(".BR tcpdump (1),\n.BR tshark (1),\n.BR openssl-s_client (1)\n", out);
}

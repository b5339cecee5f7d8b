/* limits.h - how much of anything handlens keeps, and what happens beyond it.
 *
 * Every buffer that can grow with what the wire sends has its cap here. */
#ifndef HL_BASE_LIMITS_H
#define HL_BASE_LIMITS_H

/* --- capture --- */
/* Longest packet believed; a longer one means a broken file: reading stops there with a warning. */
#define HL_PACKET_MAX ((size_t)16 << 20)
/* Interfaces remembered per pcapng section; packets of later ones are counted and passed over. */
#define HL_INTERFACES_MAX 4096u
/* A block of secrets in a pcapng file, which may be longer than a packet; a longer one means a broken file. */
#define HL_SECRETS_BLOCK_MAX ((size_t)256 << 20)
/* Bytes of a pcapng file that are searched for such blocks before its packets are told; behind that, only if one
 * was found. (A search costs 0.02 s for 100 MB, as much as taking its packets out of the file.) */
#define HL_SECRETS_SEARCH_MAX ((uint64_t)32 << 20)

/* Interfaces that are captured on at once. */
#define HL_LIVE_INTERFACES_MAX 32u
/* Times at which packets were lost; beyond it the oldest two become one. */
#define HL_LOSSES_MAX 16u

/* --- net --- */
/* Tunnels and encapsulations inside each other; deeper packets are counted and passed over. */
#define HL_ENCAPSULATION_MAX 16u
/* IP datagrams being put together; the oldest is dropped for a new one. */
#define HL_FRAGMENT_DATAGRAMS_MAX 256u
/* Bytes of one datagram (the IP length field's own limit). */
#define HL_DATAGRAM_MAX 65535u
/* How long a datagram waits for its fragments (RFC 8200, section 4.5: 60 s). */
#define HL_FRAGMENT_TIMEOUT_NS (60 * (int64_t)1000000000)
/* Connections followed at once; at the cap the idlest is reported as it is and dropped. */
#define HL_FLOWS_MAX ((size_t)1 << 20)
/* Connections whose bytes are being followed at once; at the cap the idlest of them are reported
 * as they are, and only stepped over from then on. */
#define HL_STREAMS_MAX ((size_t)1 << 17)
/* Datagram flows (DTLS, QUIC) known at once; at the cap the idlest is reported as it is, and dropped. */
#define HL_ASSOCIATIONS_MAX ((size_t)1 << 16)
/* How long such a flow may be silent before it is over. */
#define HL_ASSOCIATION_IDLE_NS (120 * (int64_t)1000000000)
/* Closed connections remembered for segments that come late; and how long one that was reset waits
 * for what was on its way, before it is told: less where nothing comes any more, and round trips are short. */
#define HL_LINGER_MAX 4096u
#define HL_LINGER_NS ((int64_t)1000000000)
#define HL_LINGER_IDLE_NS ((int64_t)40000000)
#define HL_LINGER_ROUND_TRIPS 2
/* Between two looks at which of them that is. */
#define HL_LINGER_LOOK_NS ((int64_t)10000000)
/* Delivered bytes kept per direction to compare retransmissions with; later ones are not compared. */
#define HL_HISTORY_MAX ((size_t)32 << 10)
/* Segments of a connection after which bytes that the receiver acknowledged, but the capture
 * does not show, count as never captured. */
#define HL_GAP_PATIENCE 32u
/* Bytes of out-of-order data held per direction; at the cap the gap counts as permanent. */
#define HL_REORDER_BYTES_MAX ((size_t)1 << 20)
/* Segments held per direction; at the cap the gap counts as permanent. */
#define HL_REORDER_SEGMENTS_MAX 2048u
/* Bytes before TLS kept per direction to recognise what they are; beyond it the middle is forgotten. */
#define HL_PREAMBLE_MAX ((size_t)16 << 10)
/* Bytes of a direction in which TLS is looked for; beyond it: not TLS. */
#define HL_PREAMBLE_SEARCH_MAX ((size_t)1 << 20)

/* Memory of packets that are kept until their handshake is told: of one connection; of one whose handshake is over,
 * but not told yet; of all. Beyond it packets are left out, which is counted for those that were part of a handshake. */
#define HL_KEPT_CONNECTION_MAX ((size_t)2 << 20)
#define HL_KEPT_AFTER_MAX ((size_t)64 << 10)
#define HL_KEPT_MAX ((size_t)256 << 20)
/* ... and of the fragments of one IP datagram. */
#define HL_KEPT_FRAGMENTS_MAX ((size_t)256 << 10)

/* Memory of the addresses and names that were replaced in a run; beyond it they are no longer told apart. */
#define HL_PSEUDONYMS_MAX ((size_t)256 << 20)
/* Comparisons of the names of a handshake with its bytes; one that needs more is left out, which is counted. */
#define HL_REDACT_WORK_MAX ((uint64_t)256 << 20)

/* --- session --- */
/* Bytes of one handshake message kept; a longer one is counted, shown cut, and stepped over. */
#define HL_MESSAGE_MAX ((size_t)1 << 20)
/* Messages of a direction of DTLS that are put together at once, or wait for one before them, and the bytes of these;
 * and bytes of protected records that wait for such a message. A message that is further ahead is passed over; at the
 * caps of bytes what is missing counts as lost. */
#define HL_DTLS_MESSAGES_MAX 64u
#define HL_DTLS_BYTES_MAX ((size_t)2 << 20)
#define HL_DTLS_WAITING_MAX ((size_t)64 << 10)
/* Bytes that may be missing of a message before a fragment of it; one that is further ahead is passed over. */
#define HL_DTLS_HOLE_MAX ((size_t)64 << 10)
/* Memory of one handshake; at the cap further messages are counted but not kept. */
#define HL_HANDSHAKE_ARENA_MAX ((size_t)4 << 20)
/* Messages listed per handshake; later ones are counted. */
#define HL_MESSAGES_MAX 512u
/* Alerts listed per handshake; later ones are counted. */
#define HL_ALERTS_MAX 32u
/* Gaps listed per handshake; the connection's counter has them all. */
#define HL_GAPS_MAX 16u
/* Certificates decoded per chain; later ones are counted. */
#define HL_CHAIN_MAX 32u
/* Certificates remembered by their bytes; at the cap the one not used for longest goes. */
#define HL_CERT_CACHE_ENTRIES 4096u
#define HL_CERT_CACHE_BYTES ((size_t)24 << 20)

/* Bytes of the handshake that QUIC's CRYPTO frames carry in one direction of an encryption level; beyond it they are lost. */
#define HL_CRYPTO_STREAM_MAX ((size_t)256 << 10)
/* Pieces of them that wait for what is before them; one more is dropped. */
#define HL_CRYPTO_PIECES_MAX 64u
/* Connection ids of a QUIC connection that are tried as the one its Initial keys come from; then it stays closed. */
#define HL_QUIC_GUESSES_MAX 64u
/* Packets of a QUIC connection that are opened after its handshake, to see what comes after it; then it is told. */
#define HL_QUIC_AFTER_MAX 64u

/* Renegotiations of one connection, and its first handshake, whose keys are followed; later ones stay closed. */
#define HL_EXCHANGES_MAX 4u
/* Encrypted bytes of one connection that wait for their secrets; more are counted, but stay closed. */
#define HL_HELD_BYTES_MAX ((size_t)128 << 10)
/* So long after the end of a handshake its encrypted records wait for secrets, while a key log is still written. */
#define HL_SECRETS_WAIT_NS 1000000000
/* Records of a completed handshake that are opened to see what comes after it (tickets, alerts, a change of keys);
 * then it is told as it stands. */
#define HL_RECORDS_AFTER_MAX 1000u
/* Session ids and tickets given out in the capture that are remembered; a new one takes the place of the oldest. */
#define HL_RESUMABLES_MAX 8192u

/* Judgements of chains that are remembered; a new one takes the place of an old one. */
#define HL_VERDICTS 8192u
/* Handshakes whose signatures (ServerKeyExchange, CertificateVerify) are all checked; after so many, those of
 * the first handshake of each certificate and of handshakes that failed. */
#define HL_SIGNATURES_ALL 1000u

/* Bytes of a dump, or of a file that is none of certificates, that are decoded; the rest is left out, which is said. */
#define HL_DECODE_BYTES_MAX ((size_t)16 << 20)
/* Records and messages in them that are told; then it ends there, which is said. (Four zeros are a message.) */
#define HL_DECODE_ITEMS_MAX 65536u

/* --- analyze --- */
/* Servers, and clients, of which is remembered what their handshakes have shown; a new one takes the place of the oldest. */
#define HL_ENDPOINTS_MAX 4096u

/* --- crypto --- */
/* Certificates in a store of trust anchors or intermediates; more are refused. */
#define HL_STORE_MAX 100000u
/* Certificates in a certification path; longer ones are not followed. */
#define HL_PATH_MAX 12u
/* What one chain may cost: signature checks in units of signature_cost(), candidates looked at, paths
 * examined to their end, comparisons of a name with a name constraint. At any of them: "budget exceeded". */
#define HL_PATH_SIGNATURES_MAX 150u
#define HL_PATH_STEPS_MAX 2000u
#define HL_PATHS_MAX 32u
#define HL_NAME_COMPARISONS_MAX 250000u
/* Things wrong with one path that are listed; later ones are counted. */
#define HL_PATH_PROBLEMS_MAX 32u
/* Logs of certificates that are known; more are refused. */
#define HL_CT_LOGS_MAX 10000u
/* Results of signature checks on certificates that are remembered; a new one may take the place of an old one. */
#define HL_SIGNATURE_CACHE_ENTRIES 8192u

/* --- secrets --- */
/* Secrets of key logs that are indexed; later lines are refused. */
#define HL_KEY_LOG_SECRETS_MAX ((uint32_t)1 << 28)
/* Private keys, and pre-shared keys, that are given; more are refused. */
#define HL_SECRET_KEYS_MAX 1000u
/* Longest line of a key log that is read in pieces (a pipe, a file that grows); longer ones count as malformed. */
#define HL_KEY_LOG_LINE_MAX ((size_t)256 << 10)
/* Bytes of key logs of which copies are kept: out of pipes, small files, captures; more are refused. */
#define HL_SECRETS_COPIED_MAX ((size_t)4 << 30)
/* Bytes of the file that a private key is in; a longer one is none. */
#define HL_PRIVATE_KEY_FILE_MAX ((size_t)1 << 20)

/* --- x509 --- */
/* Subject alternative names, RDN attributes, ... kept per certificate; later ones are counted. */
#define HL_X509_NAMES_MAX 1000u
/* Certificates listed of one OCSP response; later ones are counted. */
#define HL_OCSP_CERTIFICATES_MAX 16u

/* --- policy --- */
/* Longest line of a file of documents that is used; a longer one counts as damaged. (A handshake with every field, of as much as is
 * kept of one, has less.) */
#define HL_DOCUMENT_LINE_MAX ((size_t)32 << 20)

/* --- report --- */
/* Handshakes of an HTML page that have a row and a section, and bytes of the sections; later ones are counted. */
#define HL_PAGE_HANDSHAKES_MAX 5000u
#define HL_PAGE_BYTES_MAX ((uint64_t)256 << 20)
/* Handshakes that the page names with each cause; others are counted. */
#define HL_PAGE_CAUSE_LINKS 20u
/* Bytes of a page about a check: rows of its table, and sections; targets beyond are counted, and the page says so. */
#define HL_CHECK_PAGE_ROWS_MAX ((size_t)16 << 20)
#define HL_CHECK_PAGE_SECTIONS_MAX ((size_t)64 << 20)

#endif

/* decoders.h - the extension decoders, by the file that has them; ext.c has the table of them. */
#ifndef HL_WIRE_EXT_DECODERS_H
#define HL_WIRE_EXT_DECODERS_H

#include "registry/registry.h"
#include "wire/ext/ext.h"
#include "wire/take.h"

ext_decode_fn ext_empty; /* a flag: the extension is there, with nothing in it */

/* names.c: who is called, and what is to be spoken */
ext_decode_fn ext_server_name, ext_alpn, ext_application_settings, ext_next_protocol_negotiation, ext_srp,
    ext_pwd_name, ext_external_id_hash, ext_external_session_id;

/* crypto.c: algorithms, groups, key shares */
ext_decode_fn ext_supported_groups, ext_ec_point_formats, ext_signature_algorithms, ext_supported_versions,
    ext_key_share, ext_compress_certificate, ext_use_srtp, ext_supported_ekt_ciphers, ext_token_binding,
    ext_ecjpake;

/* psk.c: tickets, pre-shared keys, cookies */
ext_decode_fn ext_session_ticket, ext_pre_shared_key, ext_early_data, ext_ticket_early_data_info, ext_cookie,
    ext_psk_key_exchange_modes, ext_ticket_request, ext_ticket_pinning;

/* status.c: what is said about certificates: revocation, transparency, DNSSEC */
ext_decode_fn ext_status_request, ext_status_request_v2, ext_signed_certificate_timestamp,
    ext_transparency_info, ext_dnssec_chain;

/* certificates.c: which certificates, of which kind */
ext_decode_fn ext_trusted_ca_keys, ext_cert_type, ext_cached_info, ext_certificate_authorities,
    ext_oid_filters, ext_delegated_credential, ext_user_mapping, ext_authz, ext_trust_anchors;

/* connection.c: how records and connections behave */
ext_decode_fn ext_max_fragment_length, ext_record_size_limit, ext_heartbeat, ext_padding, ext_connection_id,
    ext_renegotiation_info, ext_tls_flags;

/* quic.c */
ext_decode_fn ext_quic_transport_parameters, ext_quic_transport_parameters_draft;

/* ech.c */
ext_decode_fn ext_encrypted_client_hello, ext_ech_outer_extensions, ext_encrypted_server_name;

/* Hellos and EncryptedExtensions of a server: answers to what the client offered. */
static inline bool is_answer(enum hl_ext_place place)
{
    return (place & (EXT_SERVER_HELLO | EXT_ENCRYPTED_EXTENSIONS)) != 0;
}

#endif

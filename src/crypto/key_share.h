/* key_share.h - our own half of a key exchange, for handshakes that are made here: a key pair of a group, and what both halves give.
 *
 *     struct key_share *share = key_share_new(GROUP_X25519);
 *     ... send key_share_public(share), get the peer's ...
 *     length = key_share_agree(share, peer, secret, sizeof secret);
 *     key_share_free(share);
 *
 * Private keys are wiped. Groups that wolfCrypt lacks have none: they can still be offered, without a share. */
#ifndef HL_CRYPTO_KEY_SHARE_H
#define HL_CRYPTO_KEY_SHARE_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NamedGroup (RFC 8446, section 4.2.7). */
enum { GROUP_SECP256R1 = 0x0017, GROUP_SECP384R1 = 0x0018, GROUP_SECP521R1 = 0x0019, GROUP_X25519 = 0x001d };

/* Of the largest prime that wolfCrypt can do, as bytes of a share and of what was agreed. */
#define KEY_SHARE_PUBLIC_MAX 512u
#define KEY_SHARE_SECRET_MAX 512u

struct key_share;

/* Can there be one of this group? */
bool key_share_is_known(uint16_t group);
/* NULL: the group is not known, there is no randomness, or no memory. */
struct key_share *key_share_new(uint16_t group);
/* Of a server's own prime and generator (RFC 5246, section 7.4.3), as they came: a prime of 512 to 4096 bits, which is not held to
 * be one. Its group is 0. */
struct key_share *key_share_new_dh(struct hl_span prime, struct hl_span generator);
void key_share_free(struct key_share *share);
uint16_t key_share_group(const struct key_share *share);
/* key_exchange, as it goes on the wire (section 4.2.8.2). Borrowed. */
struct hl_span key_share_public(const struct key_share *share);
/* The shared secret with the key_exchange of the peer (section 7.4.2); of a prime without leading zeros (RFC 5246, section 8.1.2). Its
 * length; 0: it is no element of the group, or what comes out of it is all zeros. Whoever gets it wipes it. */
size_t key_share_agree(struct key_share *share, struct hl_span peer, uint8_t out[KEY_SHARE_SECRET_MAX]);

/* Random bytes of which nobody can guess any; false when there are none. */
bool random_bytes(uint8_t *out, size_t n);

#endif

/* What a cipher suite is made of, and whether it is fine today: all by the same rules (RFC 9325, section 4.2). */
#include "analyze/words/words.h"
#include "registry/suite_names.h"

#include <stdio.h>
#include <string.h>

/* From bad to good; the worst that holds is the verdict. */
enum verdict { BROKEN, WEAK, ACCEPTABLE, FINE };

static const char *const titles[] = {
    [BROKEN] = "broken: never use it",
    [WEAK] = "weak: replace it",
    [ACCEPTABLE] = "acceptable, and there is better",
    [FINE] = "fine",
};

static const char *const verdicts[] = {
    [BROKEN] = "broken",
    [WEAK] = "weak",
    [ACCEPTABLE] = "acceptable",
    [FINE] = "fine",
};

typedef bool suite_test_fn(const struct hl_suite *suite);

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_export(const struct hl_suite *s)
{
    return s->export_grade;
}

static bool is_null(const struct hl_suite *s)
{
    return strcmp(s->cipher, "NULL") == 0;
}

static bool is_anonymous(const struct hl_suite *s)
{
    return strcmp(s->authentication, "anon") == 0;
}

static bool is_rc4(const struct hl_suite *s)
{
    return begins(s->cipher, "RC4") || begins(s->cipher, "RC2") || begins(s->cipher, "DES");
}

static bool is_64_bit_block(const struct hl_suite *s)
{
    return begins(s->cipher, "3DES") || begins(s->cipher, "IDEA");
}

static bool is_psk_alone(const struct hl_suite *s)
{
    return !s->forward_secrecy && strcmp(s->authentication, "PSK") == 0;
}

static bool is_static(const struct hl_suite *s)
{
    return !s->forward_secrecy && strcmp(s->authentication, "PSK") != 0 && strcmp(s->key_exchange, "any") != 0;
}

static bool is_cbc(const struct hl_suite *s)
{
    return strstr(s->cipher, "_CBC") != NULL && !is_64_bit_block(s) && !is_rc4(s);
}

static bool is_short_tag(const struct hl_suite *s)
{
    return strstr(s->cipher, "CCM_8") != NULL;
}

static bool is_finite_field(const struct hl_suite *s)
{
    return begins(s->key_exchange, "DH") && s->forward_secrecy;
}

static bool is_dsa(const struct hl_suite *s)
{
    return strcmp(s->authentication, "DSS") == 0;
}

/* Each that holds adds its sentence; the first one's advice is given. */
static const struct {
    suite_test_fn *holds;
    enum verdict verdict;
    const char *why, *change, *codes;
} rules[] = {
    { is_export, BROKEN, "Keys were cut for export rules of the 1990s and are broken in minutes (FREAK, Logjam).",
      "Switch it off.", "cipher-export" },
    { is_null, BROKEN, "Nothing is encrypted: everybody on the way can read it.", "Switch it off.", "cipher-null" },
    { is_anonymous, BROKEN, "Nobody proves who the server is, so that anybody in between can be it.",
      "Switch it off.", "cipher-anonymous" },
    { is_rc4, BROKEN, "Its cipher is broken in practice (RC4: RFC 7465; DES and RC2: short keys).",
      "Use AES-GCM or ChaCha20-Poly1305.", "cipher-weak" },
    { is_64_bit_block, WEAK,
      "Its cipher has blocks of 64 bits: they repeat after some gigabytes (Sweet32), and it is slow.",
      "Use AES-GCM or ChaCha20-Poly1305.", "cipher-weak" },
    { is_static, WEAK,
      "The keys come from the long-term key of the server: who gets it later opens all that was recorded (no forward "
      "secrecy), and RSA key exchange was attacked again and again (Bleichenbacher, ROBOT).",
      "Use suites with ECDHE.", "no-forward-secrecy" },
    { is_psk_alone, ACCEPTABLE,
      "The keys come from the pre-shared key alone: who gets it later opens all that was recorded.",
      "Use ECDHE_PSK, or TLS 1.3 with psk_dhe_ke.", "no-forward-secrecy" },
    { is_cbc, ACCEPTABLE,
      "CBC with a MAC was attacked by its padding (Lucky 13); encrypt_then_mac helps. HTTP/2 does not allow it.",
      "Prefer AES-GCM or ChaCha20-Poly1305.", "cipher-cbc" },
    { is_short_tag, ACCEPTABLE, "Its tags have 8 bytes only: for small devices.", "Prefer tags of 16 bytes.", "" },
    { is_finite_field, ACCEPTABLE,
      "Diffie-Hellman over a finite field: slow, and only as good as the server's prime, which should have 2048 bits "
      "and more. Browsers no longer offer it.", "Prefer ECDHE.", "dh-weak" },
    { is_dsa, WEAK, "DSA certificates are gone.", "Use an RSA or ECDSA certificate.", "no-shared-cipher" },
};

static const char fine_tls13[] =
    "Encryption and authentication in one; in TLS 1.3 the key exchange is agreed on by itself, and is ephemeral unless "
    "a session is resumed with psk_ke.";
static const char fine_tls12[] =
    "An ephemeral key exchange (forward secrecy), and encryption and authentication in one.";

static const char *versions_of(const struct hl_suite *s)
{
    if (strcmp(s->key_exchange, "any") == 0)
        return "TLS 1.3";
    return s->aead || strcmp(s->prf, "default") != 0 || strcmp(s->mac, "SHA256") == 0 || strcmp(s->mac, "SHA384") == 0
               ? "TLS 1.2"
               : "SSL 3.0 to TLS 1.2";
}

static const char *yes_no(bool value)
{
    return value ? "yes" : "no";
}

static void add_names(const char *iana, struct hl_arena *arena, struct hl_meaning *out)
{
    char name[SUITE_NAME_SIZE];

    if (suite_openssl_name(iana, name))
        meaning_add_fact(out, "openssl", arena_string(arena, name));
    if (suite_gnutls_name(iana, name))
        meaning_add_fact(out, "gnutls", arena_string(arena, name));
}

static void judge(const struct hl_suite *suite, struct hl_arena *arena, struct hl_meaning *out)
{
    enum verdict worst = FINE;
    char why[1024] = "";

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (!rules[i].holds(suite))
            continue;
        const size_t length = strlen(why);
        snprintf(why + length, sizeof why - length, "%s%s", length > 0 ? " " : "", rules[i].why);
        meaning_add_codes(out, rules[i].codes, arena);
        if (rules[i].verdict < worst)
            worst = rules[i].verdict;
        if (out->change == NULL)
            out->change = rules[i].change;
    }
    out->title = titles[worst];
    if (why[0] != '\0')
        out->why = arena_string(arena, why);
    else
        out->why = strcmp(suite->key_exchange, "any") == 0 ? fine_tls13 : fine_tls12;
    meaning_add_fact(out, "verdict", verdicts[worst]);
}

void meaning_of_suite(uint16_t id, struct hl_arena *arena, struct hl_meaning *out)
{
    const struct hl_suite *suite = reg_suite(id);
    char bits[16];

    if (suite == NULL || id == 0) {
        out->title = id == 0 ? "the beginning of every connection, never agreed on" : "a signal, not a cipher suite";
        if (id == 0x00ff) {
            out->why = "A client says with it that it knows secure renegotiation, as renegotiation_info does.";
            out->section = "RFC 5746, 3.3";
        } else if (id == 0x5600) {
            out->why = "A client that tries again with an older version says so; a server that speaks a newer one "
                       "answers with inappropriate_fallback (86).";
            out->section = "RFC 7507";
            meaning_add_codes(out, "inappropriate-fallback", arena);
        }
        return;
    }
    judge(suite, arena, out);
    snprintf(bits, sizeof bits, "%u", suite->bits);
    meaning_add_fact(out, "versions", versions_of(suite));
    meaning_add_fact(out, "key_exchange", suite->key_exchange);
    meaning_add_fact(out, "authentication", suite->authentication);
    meaning_add_fact(out, "cipher", suite->cipher);
    meaning_add_fact(out, "strength_bits", arena_string(arena, bits));
    meaning_add_fact(out, "mac", suite->mac);
    meaning_add_fact(out, "prf", suite->prf);
    /* In TLS 1.3 it is not the suite that decides it. */
    if (strcmp(suite->key_exchange, "any") != 0)
        meaning_add_fact(out, "forward_secrecy", yes_no(suite->forward_secrecy));
    meaning_add_fact(out, "aead", yes_no(suite->aead));
    add_names(out->name, arena, out);
    out->section = "RFC 9325, 4.2";
}

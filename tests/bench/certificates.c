/* How long it takes to decode certificates.
 *
 *   certificates FILE [RUNS]
 *
 * FILE is PEM, or DER certificates with their length in four bytes (big-endian)
 * before each; tests/x509/openssl.py --write=FILE makes one of real certificates.
 * Prints microseconds per certificate, of the median run and of the fastest:
 * decode    x509_parse() alone, into an arena that is used again
 * keep      certificate_new(): a copy, x509_parse() and three digests; and free
 * digests   what the digests are of that */
#include "crypto/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 101, RUNS_MAX = 10000 };
#define FILE_MAX ((size_t)64 << 20)
#define MODEL_MAX ((size_t)4 << 20)

struct set {
    char *file; /* what the list points into */
    struct hl_span *list;
    size_t count;
    size_t bytes, whole; /* of all; how many x509_parse() read to the end */
};

static void fail(const char *what)
{
    fprintf(stderr, "certificates: %s\n", what);
    exit(1);
}

/* --- the file ---------------------------------------------------------------- */

static void add(struct set *set, const uint8_t *der, size_t len)
{
    set->list = realloc(set->list, (set->count + 1) * sizeof *set->list);
    if (set->list == NULL)
        fail("no memory");
    set->list[set->count++] = (struct hl_span){ der, len };
    set->bytes += len;
}

static void read_counted(struct set *set, const uint8_t *at, size_t left)
{
    while (left >= 4) {
        size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];

        if (len > left - 4)
            fail("neither PEM nor certificates with their lengths");
        add(set, at + 4, len);
        at += 4 + len;
        left -= 4 + len;
    }
}

/* Decodes over the text itself, which is longer. */
static void read_pem(struct set *set, char *text)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    while ((text = strstr(text, begin)) != NULL) {
        uint8_t *der = (uint8_t *)text;
        size_t len = 0;
        uint32_t group = 0;
        unsigned bits = 0;

        for (text += sizeof begin - 1; *text != '\0' && *text != '-'; text++) {
            const char *digit = strchr(digits, *text);

            if (digit == NULL)
                continue;
            group = group << 6 | (uint32_t)(digit - digits);
            bits += 6;
            if (bits >= 8)
                der[len++] = (uint8_t)(group >> (bits -= 8));
        }
        add(set, der, len);
    }
}

static void read_set(struct set *set, const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0;

    set->file = malloc(FILE_MAX + 1);
    if (file == NULL || set->file == NULL)
        fail("cannot read the file");
    len = fread(set->file, 1, FILE_MAX, file);
    set->file[len] = '\0';
    fclose(file);
    if (strstr(set->file, "-----BEGIN ") != NULL)
        read_pem(set, set->file);
    else
        read_counted(set, (const uint8_t *)set->file, len);
    if (set->count == 0)
        fail("no certificates");
}

/* --- what is measured --------------------------------------------------------- */

static void decode(struct set *set)
{
    static struct hl_arena arena;

    if (arena.cap == 0)
        arena_init(&arena, MODEL_MAX);
    set->whole = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct hl_x509 model;

        arena_reset(&arena);
        set->whole += x509_parse(set->list[i], &arena, &model) ? 1 : 0;
    }
}

static void keep(struct set *set)
{
    for (size_t i = 0; i < set->count; i++)
        certificate_free(certificate_new(set->list[i]));
}

/* Of a key as long as they are on average: its place does not matter. */
static void digests(struct set *set)
{
    uint8_t out[SHA256_LENGTH];

    for (size_t i = 0; i < set->count; i++) {
        struct hl_span der = set->list[i];

        digest_sha256(der, out);
        digest_sha1(der, out);
        der.len = der.len < 294 ? der.len : 294;
        digest_sha256(der, out);
    }
}

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void measure(struct set *set, const char *name, void (*work)(struct set *), unsigned runs)
{
    static double took[RUNS_MAX];

    work(set); /* once for the caches */
    for (unsigned i = 0; i < runs; i++) {
        double start = now_us();

        work(set);
        took[i] = (now_us() - start) / (double)set->count;
    }
    qsort(took, runs, sizeof took[0], compare);
    printf("%-8s %7.2f us a certificate, fastest run %.2f\n", name, took[runs / 2], took[0]);
}

int main(int argc, char **argv)
{
    static struct set set;
    int runs = argc > 2 ? atoi(argv[2]) : RUNS;

    if (argc < 2 || runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: certificates FILE [RUNS]\n");
        return 2;
    }
    read_set(&set, argv[1]);
    decode(&set);
    printf("%zu certificates, %zu bytes each, %zu of them well-formed, %d runs\n", set.count,
           set.bytes / set.count, set.whole, runs);
    measure(&set, "decode", decode, (unsigned)runs);
    measure(&set, "keep", keep, (unsigned)runs);
    measure(&set, "digests", digests, (unsigned)runs);
    return 0;
}

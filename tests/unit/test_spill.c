/* Messages that wait in a file: in their order, within its bounds, and whatever is in it when it is opened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/spill.h"

#define HEADING 38 /* bytes */
#define LIMIT 4096

static char path[] = "/tmp/handlens-spill-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    return 0;
}

static off_t size_of_file(void)
{
    struct stat file;

    assert_int_equal(stat(path, &file), 0);
    return file.st_size;
}

static bool add(struct spill *spill, const char *key, const char *bytes)
{
    struct spill_record record = { .key = key, .key_length = strlen(key), .bytes = bytes, .length = strlen(bytes) };

    return spill_add(spill, &record);
}

/* The next record is this one; its position. */
static uint64_t expect_record(struct spill *spill, const char *key, const char *bytes)
{
    struct spill_record record;

    assert_true(spill_read(spill, &record));
    assert_int_equal(record.key_length, strlen(key));
    assert_memory_equal(record.key, key, record.key_length);
    assert_int_equal(record.length, strlen(bytes));
    assert_memory_equal(record.bytes, bytes, record.length);
    return record.end;
}

static void expect_none(struct spill *spill)
{
    struct spill_record record;

    assert_false(spill_has_unread(spill));
    assert_false(spill_read(spill, &record));
}

static void write_file(const char *bytes, size_t n)
{
    const int fd = open(path, O_WRONLY | O_TRUNC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

static size_t read_file(char *out, size_t room)
{
    const int fd = open(path, O_RDONLY);
    const ssize_t n = read(fd, out, room);

    assert_true(fd >= 0 && n >= 0);
    close(fd);
    return (size_t)n;
}

static void in_order(void **state)
{
    struct spill spill;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    assert_true(add(&spill, "", "{\"n\":2}"));
    assert_int_equal(spill_count(&spill), 2);
    const uint64_t first = expect_record(&spill, "1:a", "{\"n\":1}");
    assert_true(add(&spill, "1:c", "{\"n\":3}"));
    const uint64_t second = expect_record(&spill, "", "{\"n\":2}");
    assert_true(second > first);
    const uint64_t third = expect_record(&spill, "1:c", "{\"n\":3}");
    expect_none(&spill);
    spill_forget(&spill, second);
    assert_int_equal(spill_count(&spill), 1);
    assert_true(size_of_file() > HEADING);
    spill_forget(&spill, third);
    assert_int_equal(size_of_file(), HEADING); /* all delivered: it is cut */
    assert_true(add(&spill, "1:d", "{\"n\":4}"));
    assert_true(expect_record(&spill, "1:d", "{\"n\":4}") > third);
    spill_close(&spill);
}

static void by_another_run(void **state)
{
    struct spill spill, other;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    assert_true(add(&spill, "1:b", "{\"n\":2}"));
    spill_forget(&spill, expect_record(&spill, "1:a", "{\"n\":1}"));
    assert_false(spill_open(&other, path, LIMIT)); /* it is in use */
    spill_close(&other);
    spill_close(&spill);
    assert_true(spill_open(&spill, path, LIMIT));
    expect_record(&spill, "1:b", "{\"n\":2}");
    expect_none(&spill);
    assert_int_equal(spill.damaged, 0);
    spill_close(&spill);
}

/* What is in memory, too, is not read again. */
static void what_is_passed(void **state)
{
    struct spill spill;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    expect_record(&spill, "1:a", "{\"n\":1}");
    assert_true(add(&spill, "1:b", "{\"n\":2}"));
    spill_pass(&spill);
    expect_none(&spill);
    assert_int_equal(spill_count(&spill), 2);
    assert_true(add(&spill, "1:c", "{\"n\":3}"));
    expect_record(&spill, "1:c", "{\"n\":3}");
    spill_close(&spill);
}

/* However much goes through it, it never has more than its size, and loses nothing that it took. */
static void bounded(void **state)
{
    struct spill spill;
    char text[64];
    unsigned added = 0, had = 0, refused = 0;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    while (had < 1000) {
        for (int i = 0; i < 7; i++) {
            snprintf(text, sizeof text, "{\"number\":%u}", added);
            const bool taken = add(&spill, "1:key", text);
            added += taken;
            refused += !taken;
            assert_true(size_of_file() <= LIMIT);
        }
        for (int i = 0; i < 5 && spill_has_unread(&spill); i++) {
            snprintf(text, sizeof text, "{\"number\":%u}", had++);
            spill_forget(&spill, expect_record(&spill, "1:key", text));
        }
        assert_int_equal(spill_count(&spill), added - had);
    }
    assert_true(refused > 0 && added > 1000);
    assert_int_equal(spill.damaged, 0);
    spill_close(&spill);
}

/* Cut at each byte: what was whole before is there, and what comes later, too. */
static void cut_anywhere(void **state)
{
    char whole[512];
    struct spill spill;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    const size_t first = (size_t)size_of_file();
    assert_true(add(&spill, "1:b", "{\"n\":2}"));
    spill_close(&spill);
    const size_t length = read_file(whole, sizeof whole);
    for (size_t cut = 1; cut < length; cut++) {
        write_file(whole, cut);
        if (!spill_open(&spill, path, LIMIT)) {
            assert_true(cut < HEADING);
            spill_close(&spill);
            continue;
        }
        assert_true(add(&spill, "1:c", "{\"n\":3}"));
        if (cut >= first - 1)
            expect_record(&spill, "1:a", "{\"n\":1}");
        if (cut == length - 1)
            expect_record(&spill, "1:b", "{\"n\":2}");
        expect_record(&spill, "1:c", "{\"n\":3}");
        expect_none(&spill);
        assert_int_equal(spill.damaged, cut != HEADING && cut != first && cut != first - 1 && cut != length - 1);
        spill_close(&spill);
    }
}

/* Each byte changed: never anything but a record that was there. */
static void changed_anywhere(void **state)
{
    char whole[512], changed[512];
    struct spill spill;
    struct spill_record record;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    assert_true(add(&spill, "1:b", "{\"n\":2}"));
    spill_close(&spill);
    const size_t length = read_file(whole, sizeof whole);
    for (size_t at = 0; at < length; at++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(changed, whole, length);
            changed[at] = (char)(changed[at] ^ 1 << bit);
            write_file(changed, length);
            if (spill_open(&spill, path, LIMIT)) {
                unsigned count = 0;
                for (; spill_read(&spill, &record); count++) {
                    assert_int_equal(record.length, 7);
                    assert_true(memcmp(record.bytes, "{\"n\":1}", 7) == 0 || memcmp(record.bytes, "{\"n\":2}", 7) == 0);
                }
                /* The heading may lead to another record; without an end of line, both are one. */
                assert_true(count <= 2 && (count >= 1 || at < HEADING || whole[at] == '\n'));
            }
            spill_close(&spill);
        }
    }
}

static void not_a_spill_file(void **state)
{
    static const char *const texts[] = {
        "root:x:0:0:root:/root:/bin/bash\n", "handlens-spill-1 ", "handlens-spill-1 00000000000000000038",
        "handlens-spill-2 00000000000000000038\n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    };
    char after[512];
    struct spill spill;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        write_file(texts[i], strlen(texts[i]));
        assert_false(spill_open(&spill, path, LIMIT));
        spill_close(&spill);
        assert_int_equal(read_file(after, sizeof after), strlen(texts[i])); /* it is left as it was */
        assert_memory_equal(after, texts[i], strlen(texts[i]));
    }
    assert_false(spill_open(&spill, "/tmp", LIMIT));
    spill_close(&spill);
    assert_false(spill_open(&spill, "/dev/null", LIMIT));
    spill_close(&spill);
}

/* Places that are none: from the first record on, rather twice than never. */
static void forged_headings(void **state)
{
    static const char *const headings[] = {
        "handlens-spill-1 99999999999999999999\n", "handlens-spill-1 00000000000000000000\n", "handlens-spill-1 00000000000000000037\n",
        "handlens-spill-1 00000000000000000045\n", "handlens-spill-1 -0000000000000000038\n", "handlens-spill-1                  38x\n",
    };
    char whole[512];
    struct spill spill;

    (void)state;
    assert_true(spill_open(&spill, path, LIMIT));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    spill_close(&spill);
    const size_t length = read_file(whole, sizeof whole);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        memcpy(whole, headings[i], HEADING);
        write_file(whole, length);
        assert_true(spill_open(&spill, path, LIMIT));
        expect_record(&spill, "1:a", "{\"n\":1}");
        expect_none(&spill);
        spill_close(&spill);
    }
}

/* A line without an end, longer than any message. */
static void an_endless_line(void **state)
{
    static const char heading[] = "handlens-spill-1 00000000000000000038\n";
    struct spill spill;
    struct spill_record record;

    (void)state;
    write_file(heading, HEADING);
    assert_int_equal(truncate(path, 3 * (off_t)SPILL_MESSAGE_MAX), 0);
    assert_true(spill_open(&spill, path, 4 * (uint64_t)SPILL_MESSAGE_MAX));
    assert_true(add(&spill, "1:a", "{\"n\":1}"));
    assert_true(spill_read(&spill, &record));
    assert_int_equal(record.length, 7);
    assert_true(spill.damaged > 0 && spill.room < 4 * SPILL_MESSAGE_MAX);
    spill_close(&spill);
}

int main(void)
{
    static void (*const cases[])(void **) = { in_order, by_another_run, what_is_passed, bounded, cut_anywhere, changed_anywhere,
                                              not_a_spill_file, forged_headings, an_endless_line };
    static const char *const names[] = { "in order", "by another run", "what is passed", "bounded", "cut anywhere", "changed anywhere",
                                         "not a spill file", "forged headings", "an endless line" };
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct CMUnitTest tests[CASES];

    for (size_t i = 0; i < CASES; i++)
        tests[i] = (struct CMUnitTest){ names[i], cases[i], make_file, remove_file, NULL };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "cli/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct outbox_message {
    struct outbox_message *next;
    enum kafka_fate fate;
    uint64_t end; /* its position in the file; 0: it is not there */
    size_t key_length, length;
    char bytes[]; /* the key, then the message */
};

/* What keeping a message costs, here and in librdkafka, about. */
static size_t cost_of(const struct outbox_message *message)
{
    return sizeof *message + 256 + message->key_length + message->length;
}

static bool is_full(const struct outbox *outbox)
{
    return outbox->bytes >= OUTBOX_BYTES_MAX || outbox->messages >= OUTBOX_MESSAGES_MAX;
}

static bool has_unread(const struct outbox *outbox)
{
    return outbox->spill != NULL && spill_has_unread(outbox->spill);
}

bool outbox_is_empty(const struct outbox *outbox)
{
    return outbox->first == NULL && !has_unread(outbox);
}

/* --- fates -------------------------------------------------------------------------------- */

static void settle(struct outbox *outbox, struct outbox_message *message, enum kafka_fate fate)
{
    message->fate = fate;
    if (fate == KAFKA_DELIVERED) {
        outbox->counters.delivered++;
        outbox->counters.replayed += message->end != 0;
        outbox->progress_at = outbox->time;
    } else if (fate == KAFKA_NEVER) {
        outbox->counters.lost++;
    } else if (fate == KAFKA_AGAIN) {
        outbox->to_repeat++;
        outbox->repeat_at = outbox->time + OUTBOX_AGAIN_S;
    } else {
        outbox->on_the_way++;
    }
}

/* Fits kafka_how.told. */
static void on_fate(void *user, void *message, enum kafka_fate fate)
{
    struct outbox *outbox = user;

    outbox->on_the_way--;
    settle(outbox, message, fate);
}

static void send_message(struct outbox *outbox, struct outbox_message *message)
{
    const char *bytes = message->bytes + message->key_length;

    settle(outbox, message, kafka_send(outbox->kafka, message->bytes, message->key_length, bytes, message->length, message));
}

/* --- on the way --------------------------------------------------------------------------- */

/* False: memory has run out. */
static bool enqueue(struct outbox *outbox, const struct spill_record *record)
{
    struct outbox_message *message = malloc(sizeof *message + record->key_length + record->length);

    if (message == NULL)
        return false;
    *message = (struct outbox_message){ .end = record->end, .key_length = record->key_length, .length = record->length };
    if (record->key_length > 0)
        memcpy(message->bytes, record->key, record->key_length);
    memcpy(message->bytes + record->key_length, record->bytes, record->length);
    if (outbox->first == NULL) {
        outbox->first = message;
        outbox->progress_at = outbox->time;
    } else {
        outbox->last->next = message;
    }
    outbox->last = message;
    if (message->end == 0 && outbox->first_unspilled == NULL)
        outbox->first_unspilled = message;
    outbox->bytes += cost_of(message);
    outbox->messages++;
    if (outbox->to_repeat > 0) /* behind those that are sent again */
        settle(outbox, message, KAFKA_AGAIN);
    else
        send_message(outbox, message);
    return true;
}

/* Everything on its way is in the file as well. False: it does not fit. */
static bool spill_all(struct outbox *outbox)
{
    for (; outbox->first_unspilled != NULL; outbox->first_unspilled = outbox->first_unspilled->next) {
        struct outbox_message *message = outbox->first_unspilled;
        struct spill_record record = {
            .key = message->bytes,
            .key_length = message->key_length,
            .bytes = message->bytes + message->key_length,
            .length = message->length,
        };
        if (message->fate == KAFKA_DELIVERED || message->fate == KAFKA_NEVER)
            continue;
        if (outbox->spill == NULL || !spill_add(outbox->spill, &record))
            return false;
        spill_pass(outbox->spill);
        message->end = record.end;
        outbox->counters.spilled++;
    }
    return true;
}

bool outbox_put(struct outbox *outbox, const char *key, size_t key_length, const char *bytes, size_t length, bool lossy)
{
    struct spill_record record = { .key = key, .key_length = key_length, .bytes = bytes, .length = length };
    const bool fits = !has_unread(outbox) && !is_full(outbox);
    const bool stalled = outbox->stalled || outbox->to_repeat > 0;

    if (fits && !stalled && enqueue(outbox, &record))
        return true;
    if (!stalled && !lossy) /* brokers are at work: waiting costs nothing */
        return false;
    if (outbox->spill != NULL && spill_all(outbox) && spill_add(outbox->spill, &record)) {
        outbox->counters.spilled++;
        return true;
    }
    record.end = 0;
    if (fits && enqueue(outbox, &record))
        return true;
    outbox->counters.lost += lossy;
    return lossy;
}

/* --- work --------------------------------------------------------------------------------- */

static void forget_delivered(struct outbox *outbox)
{
    uint64_t end = 0;

    while (outbox->first != NULL && (outbox->first->fate == KAFKA_DELIVERED || outbox->first->fate == KAFKA_NEVER)) {
        struct outbox_message *message = outbox->first;
        end = message->end != 0 ? message->end : end;
        outbox->first = message->next;
        if (outbox->first_unspilled == message)
            outbox->first_unspilled = message->next;
        outbox->bytes -= cost_of(message);
        outbox->messages--;
        free(message);
    }
    if (outbox->spill == NULL)
        return;
    if (outbox->first == NULL && !has_unread(outbox)) /* with what was damaged */
        end = outbox->spill->tail;
    spill_forget(outbox->spill, end);
}

/* In their order, once nothing is on its way that they would overtake. */
static void repeat(struct outbox *outbox)
{
    if (outbox->to_repeat == 0 || outbox->on_the_way > 0 || outbox->time < outbox->repeat_at)
        return;
    outbox->to_repeat = 0;
    for (struct outbox_message *message = outbox->first; message != NULL; message = message->next) {
        if (message->fate != KAFKA_AGAIN)
            continue;
        if (outbox->to_repeat == 0)
            send_message(outbox, message);
        else
            outbox->to_repeat++;
    }
}

/* A producer that has failed for good is replaced; what it had is sent again. */
static void renew(struct outbox *outbox)
{
    if (!kafka_is_broken(outbox->kafka) || outbox->time < outbox->renew_at)
        return;
    outbox->renew_at = outbox->time + OUTBOX_AGAIN_S;
    (void)kafka_renew(outbox->kafka); /* if that fails, messages come back until it does not */
    for (struct outbox_message *message = outbox->first; message != NULL; message = message->next) {
        if (message->fate == KAFKA_WAITS)
            on_fate(outbox, message, KAFKA_AGAIN);
    }
}

static void watch_progress(struct outbox *outbox)
{
    const bool waits = outbox->first != NULL && outbox->time - outbox->progress_at >= OUTBOX_STALL_S;

    if (waits && !outbox->stalled) {
        fprintf(stderr, "handlens: kafka: nothing was delivered for %.0f s; messages wait in %s\n", OUTBOX_STALL_S,
                outbox->spill != NULL ? outbox->spill->name : "memory; --spill FILE would keep them");
        (void)spill_all(outbox);
    } else if (outbox->stalled && !waits) {
        fputs("handlens: kafka: messages are delivered again\n", stderr);
    }
    outbox->stalled = waits;
}

static void read_again(struct outbox *outbox)
{
    struct spill_record record;

    if (outbox->spill == NULL)
        return;
    while (!outbox->stalled && outbox->to_repeat == 0 && !is_full(outbox) && spill_read(outbox->spill, &record)) {
        if (!enqueue(outbox, &record)) {
            outbox->counters.lost++; /* memory has run out, though it is bounded */
            break;
        }
    }
    outbox->counters.lost += outbox->spill->damaged - outbox->damaged;
    outbox->damaged = outbox->spill->damaged;
}

void outbox_work(struct outbox *outbox, double time, int ms)
{
    outbox->time = time;
    kafka_wait(outbox->kafka, ms);
    renew(outbox);
    forget_delivered(outbox);
    repeat(outbox);
    watch_progress(outbox);
    read_again(outbox);
}

/* --- life --------------------------------------------------------------------------------- */

bool outbox_open(struct outbox *outbox, struct kafka_how *how, struct spill *spill, double time)
{
    *outbox = (struct outbox){ .spill = spill, .time = time, .progress_at = time };
    how->told = on_fate;
    how->user = outbox;
    how->messages_max = 2 * OUTBOX_MESSAGES_MAX; /* the bounds here are the ones that are met */
    how->bytes_max = 2 * OUTBOX_BYTES_MAX;
    outbox->kafka = kafka_open(how);
    return outbox->kafka != NULL;
}

uint64_t outbox_close(struct outbox *outbox)
{
    kafka_close(outbox->kafka);
    forget_delivered(outbox);
    (void)spill_all(outbox);
    for (struct outbox_message *message = outbox->first; message != NULL; message = outbox->first) {
        outbox->first = message->next;
        const bool open = message->fate != KAFKA_DELIVERED && message->fate != KAFKA_NEVER;
        outbox->counters.lost += open && message->end == 0;
        free(message);
    }
    return outbox->spill != NULL ? spill_count(outbox->spill) : 0;
}

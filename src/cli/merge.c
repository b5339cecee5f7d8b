#include "cli/merge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void merge_init(struct merge *merge, unsigned count)
{
    pthread_condattr_t monotonic;

    memset(merge, 0, sizeof *merge);
    merge->count = count;
    for (unsigned i = 0; i < count; i++)
        merge->lanes[i].seen_ns = INT64_MIN;
    pthread_mutex_init(&merge->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&merge->changed, &monotonic);
    pthread_cond_init(&merge->room, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void merge_cleanup(struct merge *merge)
{
    for (unsigned i = 0; i < merge->count; i++) {
        while (merge->lanes[i].first != NULL) {
            struct told *told = merge->lanes[i].first;
            merge->lanes[i].first = told->next;
            free(told);
        }
    }
    pthread_cond_destroy(&merge->changed);
    pthread_cond_destroy(&merge->room);
    pthread_mutex_destroy(&merge->lock);
}

/* --- the lanes' threads ------------------------------------------------------------------- */

bool merge_push(struct merge *merge, unsigned lane, int64_t at_ns, const void *text, size_t length)
{
    struct told *told = malloc(sizeof *told + length);

    if (told == NULL)
        return false;
    told->next = NULL;
    told->at_ns = at_ns;
    told->pushed_ms = now_ms();
    told->length = length;
    memcpy(told->text, text, length);
    pthread_mutex_lock(&merge->lock);
    while (merge->bytes > 0 && merge->bytes + length > MERGE_BYTES_MAX)
        pthread_cond_wait(&merge->room, &merge->lock);
    merge->bytes += length;
    struct lane *own = &merge->lanes[lane];
    if (own->first == NULL)
        own->first = told;
    else
        own->last->next = told;
    own->last = told;
    own->seen_ns = at_ns;
    pthread_cond_signal(&merge->changed);
    pthread_mutex_unlock(&merge->lock);
    return true;
}

void merge_seen(struct merge *merge, unsigned lane, int64_t now_ns)
{
    pthread_mutex_lock(&merge->lock);
    merge->lanes[lane].seen_ns = now_ns;
    pthread_cond_signal(&merge->changed);
    pthread_mutex_unlock(&merge->lock);
}

void merge_over(struct merge *merge, unsigned lane)
{
    pthread_mutex_lock(&merge->lock);
    merge->lanes[lane].over = true;
    pthread_cond_signal(&merge->changed);
    pthread_mutex_unlock(&merge->lock);
}

/* --- the one that takes ------------------------------------------------------------------- */

/* The lane with the earliest text, if that may go; NULL: it has to wait, or there is none. */
static struct lane *ready(struct merge *merge)
{
    struct lane *earliest = NULL;
    int64_t seen_ns = INT64_MAX;

    for (unsigned i = 0; i < merge->count; i++) {
        struct lane *lane = &merge->lanes[i];
        if (lane->first != NULL && (earliest == NULL || lane->first->at_ns < earliest->first->at_ns))
            earliest = lane;
        if (lane->first == NULL && !lane->over && lane->seen_ns < seen_ns)
            seen_ns = lane->seen_ns;
    }
    if (earliest == NULL)
        return NULL;
    const bool preceded = earliest->first->at_ns > seen_ns;
    return !preceded || now_ms() - earliest->first->pushed_ms >= MERGE_PATIENCE_MS ? earliest : NULL;
}

static bool all_over(const struct merge *merge)
{
    for (unsigned i = 0; i < merge->count; i++) {
        if (!merge->lanes[i].over || merge->lanes[i].first != NULL)
            return false;
    }
    return true;
}

struct told *merge_pop(struct merge *merge, int wait_ms)
{
    const int64_t end_ms = now_ms() + wait_ms;
    struct told *told = NULL;
    struct lane *lane;

    pthread_mutex_lock(&merge->lock);
    while ((lane = ready(merge)) == NULL && !all_over(merge) && now_ms() < end_ms) {
        const struct timespec end = { .tv_sec = end_ms / 1000, .tv_nsec = (end_ms % 1000) * 1000000 };
        pthread_cond_timedwait(&merge->changed, &merge->lock, &end);
    }
    if (lane != NULL) {
        told = lane->first;
        lane->first = told->next;
        merge->bytes -= told->length;
        pthread_cond_broadcast(&merge->room);
    }
    pthread_mutex_unlock(&merge->lock);
    return told;
}

bool merge_is_over(struct merge *merge)
{
    pthread_mutex_lock(&merge->lock);
    const bool over = all_over(merge);
    pthread_mutex_unlock(&merge->lock);
    return over;
}

// One frame there and back, again and again, where wanted beside others that go one way at a steady rate.
#define _GNU_SOURCE
#include "traffic.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST 2000000
#define WARM 200
#define PATIENCE 1000 // ms
#define LOAD 1        // the flow of the others

static struct end near, far;
static uint32_t run;
static int size, rate, window;
static atomic_bool is_over, is_loaded;
static _Atomic uint64_t loaded, arrived;

static void *echo(void *unused) {
    struct batch batch = batch_of(BATCH), one = batch_of(1);
    (void)unused;
    frames_fill(&one, &far, &near, run, 0, size);
    while (!atomic_load(&is_over)) {
        int count = end_wait(&far, POLLIN, 20) ? end_receive(&far, &batch) : 0;
        for (int i = 0; i < count; i++) {
            const struct frame *f = frame_of(&batch.messages[i], run);
            if (!f || f->flow || f->number == HELLO) {
                arrived += f && f->flow == LOAD;
                continue;
            }
            frame_number(one.vectors, f->number, f->sent);
            end_send(&far, &one, 0, 1);
        }
    }
    return NULL;
}

static void *load(void *unused) {
    struct batch one = batch_of(1);
    struct timespec pause = {.tv_nsec = 50000};
    uint64_t start = now();
    (void)unused;
    frames_fill(&one, &near, &far, run, LOAD, 1514);
    while (!atomic_load(&is_loaded)) {
        // Nor does it catch up by more than a queue holds where it was held up itself.
        if (loaded >= (uint64_t)((double)(now() - start) / 1e9 * rate) || loaded - arrived >= (uint64_t)window) nanosleep(&pause, NULL);
        else if (frame_number(one.vectors, loaded, 0), end_send(&near, &one, 0, 1) > 0) loaded++;
        else end_wait(&near, POLLOUT, 1);
    }
    return NULL;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool answered(struct batch *batch, uint64_t number) {
    bool found = false;
    int count = end_receive(&near, batch);
    for (int i = 0; i < count; i++) {
        const struct frame *f = frame_of(&batch->messages[i], run);
        found |= f && f->flow == 0 && f->number == number;
    }
    return found;
}

int ping_run(const struct options *o) {
    run = (uint32_t)now() ^ (uint32_t)getpid();
    size = o->size;
    rate = o->rate;
    window = o->window;
    end_open(&near, o->from[0]);
    end_open(&far, o->to[0]);
    way_open(&near, &far, run, size);
    uint32_t *times = calloc(MOST, sizeof *times);
    struct batch one = batch_of(1), in = batch_of(BATCH);
    pthread_t echoer, loader;
    if (!times || pthread_create(&echoer, NULL, echo, NULL) || (rate && pthread_create(&loader, NULL, load, NULL))) fail("start", "ping");
    frames_fill(&one, &near, &far, run, 0, size);
    uint64_t number = 0, lost = 0, count = 0, end = 0;
    struct usage start = {0};
    while (count < MOST && lost < 10) {
        if (number == WARM) start = usage_now(o), end = start.at + (uint64_t)(o->seconds * 1e9), count = 0;
        uint64_t t = now();
        if (end && t >= end) break;
        frame_number(one.vectors, number, t);
        while (end_send(&near, &one, 0, 1) < 0) {
            if (errno != EAGAIN) fail("send", near.spec);
            end_wait(&near, POLLOUT, PATIENCE);
        }
        bool is_back = false;
        while (!is_back && now() - t < PATIENCE * MS)
            if (end_wait(&near, POLLIN, PATIENCE)) is_back = answered(&in, number);
        if (is_back) times[count++] = (uint32_t)((now() - t) / 10); // in 10 ns
        else lost++;
        number++;
    }
    struct usage finish = usage_now(o);
    atomic_store(&is_loaded, true);
    if (rate) pthread_join(loader, NULL);
    for (uint64_t t = now(); arrived < loaded && now() - t < PATIENCE * MS;) nanosleep(&(struct timespec){.tv_nsec = MS}, NULL);
    atomic_store(&is_over, true);
    pthread_join(echoer, NULL);
    qsort(times, count, sizeof *times, by_size);
#define SHARE(q) (count ? times[(uint64_t)((double)(count - 1) * (q))] / 100.0 : 0)
    printf("{\"pings\":%lu,\"lost\":%lu,\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"most\":%.2f,\"loaded\":%lu,\"arrived\":%lu,", count, lost, SHARE(.5), SHARE(.99),
           SHARE(.999), SHARE(1), loaded, arrived);
    usage_print(start, finish);
    puts("}");
    end_close(&near);
    end_close(&far);
    return 0;
}

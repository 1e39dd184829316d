// Frames one way, as many as arrive: at most so many are on the way, so that nothing has to be dropped.
#define _GNU_SOURCE
#include "traffic.h"
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SILENCE (1000 * MS) // after which what is on the way is lost

static struct end from[ENDS], to[ENDS];
static struct sequence arrived[ENDS];
static uint64_t sent[ENDS];
static int flows;
static uint32_t run;
static int size;
static uint64_t damaged, stray;
static _Atomic uint64_t received; // of all flows
static _Atomic uint32_t changed;  // wakes the sender
static _Atomic uint64_t wanted;   // how many it waits for
static atomic_bool is_over;

static void take(struct end *end, struct batch *batch) {
    int count = end_receive(end, batch);
    uint64_t fresh = 0;
    for (int i = 0; i < count; i++) {
        const struct frame *f = frame_of(&batch->messages[i], run);
        if (!f || f->flow >= (uint32_t)flows) {
            stray += !f || f->number != HELLO;
            continue;
        }
        int length = (int)batch->messages[i].msg_len;
        if (length != size || ((const uint8_t *)f)[length - 1] != (uint8_t)f->number) damaged++;
        fresh += sequence_take(&arrived[f->flow], f->number);
    }
    if (!fresh) return;
    uint64_t all = atomic_fetch_add(&received, fresh) + fresh;
    uint64_t until = atomic_load(&wanted);
    if (until && all >= until) {
        atomic_store(&wanted, 0);
        atomic_fetch_add(&changed, 1);
        syscall(SYS_futex, &changed, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
}

static void *receive(void *count) {
    struct batch batch = batch_of(BATCH);
    struct epoll_event events[ENDS];
    int poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < *(int *)count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &to[i]};
        epoll_ctl(poller, EPOLL_CTL_ADD, to[i].fd, &event);
    }
    while (!atomic_load(&is_over)) {
        int ready = epoll_wait(poller, events, ENDS, 20);
        for (int i = 0; i < ready; i++) take(events[i].data.ptr, &batch);
    }
    close(poller);
    return NULL;
}

static void await(uint64_t until) {
    struct timespec most = {.tv_nsec = 10 * MS};
    uint32_t before = atomic_load(&changed);
    atomic_store(&wanted, until);
    if (atomic_load(&received) < until) syscall(SYS_futex, &changed, FUTEX_WAIT_PRIVATE, before, &most, NULL, 0);
}

// Sends until time is over; returns how often all that was on the way had got lost.
static int send_all(int senders, int receivers, int window, uint64_t end) {
    struct batch *batches = calloc((size_t)flows, sizeof *batches);
    int share = window / flows > 0 ? window / flows : 1, most = share < BATCH ? share : BATCH, stalls = 0;
    for (int i = 0; i < flows; i++) {
        batches[i] = batch_of(most);
        frames_fill(&batches[i], &from[i % senders], &to[i % receivers], run, (uint32_t)i, size);
    }
    uint64_t all = 0, lost = 0, before = 0, progress = now(), t = progress;
    for (int i = 0; t < end; i = (i + 1) % flows, t = now()) {
        uint64_t there = atomic_load(&received);
        if (there != before) before = there, progress = t;
        if (all - there - lost + (uint64_t)most > (uint64_t)window) {
            await(all - lost - (uint64_t)window / 2);
            if (t - progress > SILENCE) stalls++, lost = all - there, progress = t;
            i--;
            continue;
        }
        struct end *out = &from[i % senders];
        for (int k = 0; k < most; k++) frame_number(&batches[i].vectors[k], sent[i] + (uint64_t)k, t);
        int count = end_send(out, &batches[i], 0, most);
        if (count > 0) sent[i] += (uint64_t)count, all += (uint64_t)count;
        else if (errno == EAGAIN || errno == ENOBUFS) end_wait(out, POLLOUT, 1);
        else if (errno != EINTR) fail("send", out->spec);
    }
    return stalls;
}

int flow_run(const struct options *o) {
    flows = o->froms > o->tos ? o->froms : o->tos;
    run = (uint32_t)now() ^ (uint32_t)getpid();
    size = o->size;
    for (int i = 0; i < o->froms; i++) end_open(&from[i], o->from[i]);
    for (int i = 0; i < o->tos; i++) end_open(&to[i], o->to[i]);
    uint64_t attach = 0;
    for (int i = 0; i < flows; i++) attach += way_open(&from[i % o->froms], &to[i % o->tos], run, size);
    for (int i = 0; i < o->tos; i++) drain(&to[i]);

    pthread_t receiver;
    int tos = o->tos;
    if (pthread_create(&receiver, NULL, receive, &tos)) fail("pthread_create", "receiver");
    struct usage start = usage_now(o);
    int stalls = send_all(o->froms, o->tos, o->window, start.at + (uint64_t)(o->seconds * 1e9));
    uint64_t all = 0, last = now(), before = 0;
    for (int i = 0; i < flows; i++) all += sent[i];
    while (atomic_load(&received) < all && now() - last < SILENCE) {
        await(all);
        if (atomic_load(&received) != before) before = atomic_load(&received), last = now();
    }
    struct usage end = usage_now(o);
    atomic_store(&is_over, true);
    pthread_join(receiver, NULL);

    uint64_t got = 0, duplicate = 0, reordered = 0;
    for (int i = 0; i < flows; i++) got += arrived[i].received, duplicate += arrived[i].duplicate, reordered += arrived[i].reordered;
    printf("{\"sent\":%lu,\"received\":%lu,\"lost\":%ld,\"duplicate\":%lu,\"reordered\":%lu,\"damaged\":%lu,\"stray\":%lu,\"stalls\":%d,\"attachMicros\":%.1f,",
           all, got, (long)(all - got), duplicate, reordered, damaged, stray, stalls, (double)attach / 1e3);
    usage_print(start, end);
    puts("}");
    for (int i = 0; i < o->froms; i++) end_close(&from[i]);
    for (int i = 0; i < o->tos; i++) end_close(&to[i]);
    return 0;
}

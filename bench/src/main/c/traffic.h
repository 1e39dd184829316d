// What the commands of `traffic` have in common.
#ifndef TRAFFIC_H
#define TRAFFIC_H
#include "end.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define ENDS 64
#define BATCH 32
#define MS 1000000ull

struct options {
    const char *from[ENDS], *to[ENDS];
    int froms, tos;
    int size, window, rate;
    double seconds;
    pid_t switches[8]; // whose CPU time is told
    int switch_count;
};

// An end's batch, filled with frames of this run from `from` to `to`.
void frames_fill(struct batch *batch, const struct end *from, const struct end *to, uint32_t run, uint32_t flow, int size);
void frame_number(struct iovec *frame, uint64_t number, uint64_t sent);
// The frame, where it is one of this run; else NULL.
const struct frame *frame_of(struct mmsghdr *message, uint32_t run);

// Sends hellos both ways until each has arrived, as VMs and bridges learn by the first frame. Ends the process where
// that takes longer than 10 s. Returns ns until the first arrived.
uint64_t way_open(struct end *from, struct end *to, uint32_t run, int size);
void drain(struct end *end);

// CPU seconds since these processes began, of the whole machine, and of this process.
struct usage {
    double switches, machine, own;
    uint64_t at;
};
struct usage usage_now(const struct options *options);
void usage_print(struct usage from, struct usage to);

int flow_run(const struct options *options);
int ping_run(const struct options *options);
int shim_run(const struct options *options);
#endif

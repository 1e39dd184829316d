// The frames that the bench sends, and the check of those that arrive.
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_TYPE 0x88b5 // IEEE 802 local experimental
#define FRAME_MOST 9018
#define HELLO UINT64_MAX // in place of a number: is the way open?

// An Ethernet header and what follows it, then bytes up to the frame's size. The last byte repeats the
// number's lowest. Both ends are on one machine, so numbers are in its own order.
struct __attribute__((packed)) frame {
    uint8_t to[6], from[6];
    uint16_t type; // in network order
    uint32_t run;  // frames of another one do not count
    uint32_t flow;
    uint64_t number; // from 0 on
    uint64_t sent;   // CLOCK_MONOTONIC, ns
};

#define WINDOW 8192 // more than may be on the way

// What has arrived of one flow.
struct sequence {
    uint64_t next; // above the highest seen
    uint64_t received, duplicate, reordered;
    uint64_t seen[WINDOW]; // number + 1
};

// Takes a number, and says whether it is the first with it. One that comes after a higher one is reordered.
static inline bool sequence_take(struct sequence *s, uint64_t number) {
    uint64_t *slot = &s->seen[number % WINDOW];
    if (*slot > number) {
        s->duplicate++;
        return false;
    }
    *slot = number + 1;
    s->received++;
    if (number < s->next) s->reordered++;
    else s->next = number + 1;
    return true;
}
#endif

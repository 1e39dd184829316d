// The two ends of a path through a switch, in one process.
//
//     traffic flow --from END --to END [--size BYTES] [--seconds S] [--window FRAMES] [--switch PID]...
//     traffic ping --from END --to END [--size BYTES] [--seconds S] [--rate FRAMES] [--switch PID]...
//     traffic shim --from END --to END         copies frames both ways, as a VM's NIC does
//     traffic check NUMBER...                  what the frame check says of these numbers, in this order
//
// An END is KIND:NAME[@NAMESPACE],MAC as in end.h. Of several --from and --to, the n-th sends to the n-th; the shorter
// list is gone through again. Prints one JSON object. Ends with 2 where there is no way from end to end.
#define _GNU_SOURCE
#include "traffic.h"
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void frames_fill(struct batch *batch, const struct end *from, const struct end *to, uint32_t run, uint32_t flow, int size) {
    for (int i = 0; i < batch->capacity; i++) {
        struct frame *f = batch->vectors[i].iov_base;
        batch->vectors[i].iov_len = (size_t)size;
        memcpy(f->to, to->mac, 6);
        memcpy(f->from, from->mac, 6);
        f->type = htons(FRAME_TYPE);
        f->run = run;
        f->flow = flow;
    }
}

void frame_number(struct iovec *vector, uint64_t number, uint64_t sent) {
    struct frame *f = vector->iov_base;
    f->number = number;
    f->sent = sent;
    ((uint8_t *)f)[vector->iov_len - 1] = (uint8_t)number;
}

const struct frame *frame_of(struct mmsghdr *message, uint32_t run) {
    const struct frame *f = message->msg_hdr.msg_iov->iov_base;
    return message->msg_len >= sizeof *f && f->type == htons(FRAME_TYPE) && f->run == run ? f : NULL;
}

static bool has_hello(struct end *end, struct batch *batch, uint32_t run, uint32_t flow) {
    bool found = false;
    int count = end_receive(end, batch);
    for (int i = 0; i < count; i++) {
        const struct frame *f = frame_of(&batch->messages[i], run);
        found |= f && f->number == HELLO && f->flow == flow;
    }
    return found;
}

static void hello(struct end *from, struct end *to, uint32_t run, uint32_t flow, int size) {
    static struct batch one;
    if (!one.capacity) one = batch_of(1);
    frames_fill(&one, from, to, run, flow, size);
    frame_number(one.vectors, HELLO, 0);
    // Whoever is there as a switch takes in the next VM refuses it for a moment.
    if (from->fd >= 0 && end_send(from, &one, 0, 1) < 0 && errno != EAGAIN && from->kind == UNIX_END) {
        end_close(from);
    }
    if (from->fd < 0) end_reopen(from);
}

uint64_t way_open(struct end *from, struct end *to, uint32_t run, int size) {
    static uint32_t flow = 1u << 31; // its own, for late ones
    static struct batch batch;
    if (!batch.capacity) batch = batch_of(BATCH);
    uint64_t start = now(), arrived = 0;
    bool there = false, back = false;
    flow++;
    while (!there || !back) {
        if (now() - start > 10000 * MS) {
            errno = ETIMEDOUT;
            fail(there ? to->spec : from->spec, "frames do not arrive");
        }
        hello(from, to, run, flow, size);
        hello(to, from, run, flow, size);
        struct pollfd both[2] = {{.fd = from->fd, .events = POLLIN}, {.fd = to->fd, .events = POLLIN}};
        poll(both, 2, 5);
        there |= to->fd >= 0 && has_hello(to, &batch, run, flow);
        if (there && !arrived) arrived = now() - start;
        back |= from->fd >= 0 && has_hello(from, &batch, run, flow);
    }
    return arrived;
}

void drain(struct end *end) {
    struct batch batch = batch_of(BATCH);
    while (end_receive(end, &batch) > 0) continue;
    free(batch.memory);
}

static double cpu_of(clockid_t clock) {
    struct timespec t;
    return clock_gettime(clock, &t) ? 0 : (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double machine(void) {
    unsigned long user = 0, nice = 0, kernel = 0, idle, wait, hard = 0, soft = 0, stolen = 0;
    FILE *file = fopen("/proc/stat", "re");
    if (!file || fscanf(file, "cpu %lu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &kernel, &idle, &wait, &hard, &soft, &stolen) != 8)
        fail("read", "/proc/stat");
    fclose(file);
    return (double)(user + nice + kernel + hard + soft + stolen) / (double)sysconf(_SC_CLK_TCK);
}

struct usage usage_now(const struct options *options) {
    struct usage u = {.machine = machine(), .own = cpu_of(CLOCK_PROCESS_CPUTIME_ID), .at = now()};
    for (int i = 0; i < options->switch_count; i++) {
        clockid_t clock;
        if (!clock_getcpuclockid(options->switches[i], &clock)) u.switches += cpu_of(clock);
    }
    return u;
}

void usage_print(struct usage from, struct usage to) {
    double seconds = (double)(to.at - from.at) / 1e9, switches = to.switches - from.switches, own = to.own - from.own;
    double foreign = (to.machine - from.machine - switches - own) / seconds / (double)sysconf(_SC_NPROCESSORS_ONLN);
    printf("\"seconds\":%.6f,\"switchCpu\":%.6f,\"ownCpu\":%.6f,\"foreign\":%.4f", seconds, switches, own, foreign > 0 ? foreign : 0);
}

static int check(int count, char **words) {
    static struct sequence s;
    for (int i = 0; i < count; i++) sequence_take(&s, strtoull(words[i], NULL, 10));
    printf("{\"received\":%lu,\"lost\":%lu,\"duplicate\":%lu,\"reordered\":%lu}\n", s.received, s.next - s.received, s.duplicate, s.reordered);
    return 0;
}

int main(int count, char **words) {
    static const struct option OPTIONS[] = {{"from", 1, 0, 'f'}, {"to", 1, 0, 't'}, {"size", 1, 0, 's'}, {"seconds", 1, 0, 'd'}, {"window", 1, 0, 'w'}, {"rate", 1, 0, 'r'}, {"switch", 1, 0, 'p'}, {0, 0, 0, 0}};
    struct options o = {.size = 1514, .window = 256, .seconds = 1};
    if (count < 2) return 64;
    if (!strcmp(words[1], "check")) return check(count - 2, words + 2);
    for (int c; (c = getopt_long(count - 1, words + 1, "", OPTIONS, NULL)) != -1;) {
        if (c == 'f' && o.froms < ENDS) o.from[o.froms++] = optarg;
        else if (c == 't' && o.tos < ENDS) o.to[o.tos++] = optarg;
        else if (c == 's') o.size = atoi(optarg);
        else if (c == 'd') o.seconds = atof(optarg);
        else if (c == 'w') o.window = atoi(optarg);
        else if (c == 'r') o.rate = atoi(optarg);
        else if (c == 'p' && o.switch_count < 8) o.switches[o.switch_count++] = atoi(optarg);
        else return 64;
    }
    if (!o.froms || !o.tos || o.size < (int)sizeof(struct frame) + 1 || o.size > FRAME_MOST || o.window < 1 || o.window > WINDOW / 2) return 64;
    signal(SIGPIPE, SIG_IGN);
    return !strcmp(words[1], "flow") ? flow_run(&o) : !strcmp(words[1], "ping") ? ping_run(&o) : !strcmp(words[1], "shim") ? shim_run(&o) : 64;
}

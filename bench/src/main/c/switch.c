// The baseline: what a switch with one VM costs that does nothing but move frames, by the same calls as switchd.
//
//     switch --end unix:PATH --end tap:NAME|nic:NAME|unix:PATH [--mac MAC] [--single] [--spoil lose|double|swap]
//
// An end unix:PATH is a socket that a VM attaches to by its first datagram. `--single` reads and writes one frame per
// call. A full VM is waited for, as switchd does. `--spoil` breaks one frame in a hundred, to see that it is found.
#define _GNU_SOURCE
#include "end.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/un.h>
#include <unistd.h>

#define BURST 64
#define BUFFER (4 << 20)
#define HOLD 100 // ms
#define IDLE 50  // ms
#define SPOILT 100

static struct side {
    struct end end;
    bool is_attached;
    char vm[108]; // its path
    struct batch batch; // received here
} sides[2];
static bool is_single;
static char spoil;
static uint64_t moved;
static volatile sig_atomic_t is_over;

static void over(int signal) {
    (void)signal;
    is_over = 1;
}

static void open_socket(struct end *end, const char *path) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int size = BUFFER;
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    snprintf(end->path, sizeof end->path, "%s", path);
    end->kind = UNIX_END;
    end->control = -1;
    end->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(end->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    setsockopt(end->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    unlink(path);
    if (bind(end->fd, (void *)&a, sizeof a)) fail("bind", path);
}

// The VM is whoever sends; the next one is whoever sends after it.
static void attach(struct side *side) {
    struct sockaddr_un vm = {0};
    socklen_t length = sizeof vm;
    char byte;
    if (recvfrom(side->end.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT, (void *)&vm, &length) < 0) return;
    if (connect(side->end.fd, (void *)&vm, length)) return;
    side->is_attached = true;
    snprintf(side->vm, sizeof side->vm, "%.107s", vm.sun_path);
}

static void detach(struct side *side) {
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    if (connect(side->end.fd, &none, sizeof none.sa_family) == 0) side->is_attached = false;
}

// Nothing tells the end of a VM but a failed send, or its file.
static void look(struct side *side) {
    if (side->is_attached && side->end.kind == UNIX_END && access(side->vm, F_OK)) detach(side);
}

// Only what is for the VM comes in from a NIC: its address, or a group.
static void filter(struct end *end, const uint8_t *m) {
    uint32_t low = (uint32_t)m[2] << 24 | (uint32_t)m[3] << 16 | (uint32_t)m[4] << 8 | m[5];
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 4, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)m[0] << 8 | m[1], 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0x40000),
        BPF_STMT(BPF_RET | BPF_K, 0)};
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    if (setsockopt(end->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)) fail("SO_ATTACH_FILTER", end->spec);
}

static void open_all(struct side *side, const char *spec, const char *mac) {
    side->batch = batch_of(BURST);
    if (!strncmp(spec, "unix:", 5)) {
        open_socket(&side->end, spec + 5);
        return;
    }
    char whole[160];
    snprintf(whole, sizeof whole, "%s,%s", spec, mac);
    end_open(&side->end, strdup(whole));
    side->is_attached = true;
    if (side->end.kind != NIC_END) return;
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(spec + 4)};
    filter(&side->end, side->end.mac);
    if (bind(side->end.fd, (void *)&at, sizeof at)) fail("bind", spec);
}

static void forward(struct side *from, struct side *to, int count) {
    int done = 0;
    while (done < count && to->is_attached) {
        int sent = end_send(&to->end, &from->batch, done, count);
        if (sent > 0) {
            done += sent;
        } else if (errno == EAGAIN && to->end.kind == UNIX_END && end_wait(&to->end, POLLOUT, HOLD)) {
            continue;
        } else {
            if (to->end.kind == UNIX_END && errno != EAGAIN) detach(to);
            done++; // dropped
        }
    }
}

static int spoiled(struct batch *b, int count) {
    moved += (uint64_t)count;
    if (!spoil || count < 2 || moved < SPOILT) return count;
    moved = 0;
    if (spoil == 'l') return count - 1;
    struct iovec last = b->vectors[count - 1];
    if (spoil == 'd') {
        b->vectors[count - 2].iov_len = last.iov_len;
        memcpy(b->vectors[count - 2].iov_base, last.iov_base, last.iov_len);
    } else {
        b->vectors[count - 1] = b->vectors[count - 2];
        b->vectors[count - 2] = last;
    }
    return count;
}

static int receive_one(struct side *side) {
    ssize_t length = read(side->end.fd, side->batch.vectors[0].iov_base, FRAME_MOST);
    if (length < 0) return -1;
    side->batch.messages[0].msg_len = (unsigned)length;
    return 1;
}

static void serve(struct side *from, struct side *to) {
    if (!from->is_attached) attach(from);
    for (int burst = 0; burst < BURST && from->is_attached;) {
        int count = is_single ? receive_one(from) : end_receive(&from->end, &from->batch);
        if (count <= 0) {
            if (errno == ECONNREFUSED || errno == ENOTCONN || errno == ECONNRESET) detach(from);
            return;
        }
        for (int i = 0; i < count; i++) from->batch.vectors[i].iov_len = from->batch.messages[i].msg_len;
        burst += count;
        count = spoiled(&from->batch, count);
        if (!is_single) forward(from, to, count);
        else if (write(to->end.fd, from->batch.vectors[0].iov_base, from->batch.vectors[0].iov_len) < 0) forward(from, to, 1);
        if (!is_single) return;
    }
}

int main(int count, char **words) {
    static const struct option OPTIONS[] = {{"end", 1, 0, 'e'}, {"mac", 1, 0, 'm'}, {"single", 0, 0, 's'}, {"spoil", 1, 0, 'x'}, {0, 0, 0, 0}};
    const char *ends[2] = {0}, *mac = "00:00:00:00:00:00";
    int n = 0;
    for (int o; (o = getopt_long(count, words, "", OPTIONS, NULL)) != -1;) {
        if (o == 'e' && n < 2) ends[n++] = optarg;
        else if (o == 'm') mac = optarg;
        else if (o == 's') is_single = true;
        else if (o == 'x') spoil = optarg[0];
        else return 2;
    }
    if (n < 2) return 2;
    signal(SIGTERM, over);
    signal(SIGINT, over);
    signal(SIGPIPE, SIG_IGN);
    int poller = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < 2; i++) {
        open_all(&sides[i], ends[i], mac);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        epoll_ctl(poller, EPOLL_CTL_ADD, sides[i].end.fd, &event);
    }
    puts("ready");
    fflush(stdout);
    while (!is_over) {
        struct epoll_event events[2];
        int ready = epoll_wait(poller, events, 2, IDLE);
        for (int i = 0; i < 2 && ready == 0; i++) look(&sides[i]);
        for (int i = 0; i < ready; i++) serve(&sides[events[i].data.u32], &sides[1 - events[i].data.u32]);
    }
    end_close(&sides[0].end);
    end_close(&sides[1].end);
    return 0;
}

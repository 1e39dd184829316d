#define _GNU_SOURCE
#include "end.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SEND_BUFFER (1 << 20) // both as vfkit asks for
#define RECEIVE_BUFFER (4 << 20)

noreturn void fail(const char *what, const char *on) {
    fprintf(stderr, "%s: %s: %s\n", what, on, strerror(errno));
    exit(2);
}

uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool mac_read(const char *text, uint8_t *m) {
    return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4, m + 5) == 6;
}

void namespace_enter(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET)) fail("setns", path);
    close(fd);
}

static void buffers(int fd) {
    int send = SEND_BUFFER, receive = RECEIVE_BUFFER;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send, sizeof send);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive, sizeof receive);
}

static struct sockaddr_un address(const char *path) {
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    return a;
}

static int counter;

static bool bind_here(struct end *end) {
    struct sockaddr_un local = address(end->path);
    end->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (end->fd < 0 || bind(end->fd, (void *)&local, sizeof local)) return false;
    buffers(end->fd);
    return true;
}

static bool bind_beside(struct end *end, const char *path) {
    int length = snprintf(end->path, sizeof end->path, "%s-%d-%d", path, (int)getpid(), counter++);
    return length > 0 && (size_t)length < sizeof end->path && bind_here(end);
}

static bool open_unix(struct end *end, const char *path) {
    struct sockaddr_un remote = address(path);
    return bind_beside(end, path) && !connect(end->fd, (void *)&remote, sizeof remote);
}

// QEMU sends to one path, whoever is there.
static bool open_qemu(struct end *end, const char *path) {
    struct sockaddr_un remote = address(path);
    snprintf(end->path, sizeof end->path, "%.104s-vm", path);
    unlink(end->path);
    return bind_here(end) && !connect(end->fd, (void *)&remote, sizeof remote);
}

// The protocol of VDE 2: a request with our address over a stream, answered by the address of the port.
static bool open_vde(struct end *end, const char *folder) {
    struct __attribute__((packed)) {
        uint32_t magic, version, type;
        struct sockaddr_un address;
        char name[128];
    } request = {.magic = 0xfeedface, .version = 3, .name = "bench"};
    char path[108];
    snprintf(path, sizeof path, "%.100s/ctl", folder);
    struct sockaddr_un control = address(path), port;
    end->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(path, sizeof path, "%.100s/vm", folder);
    if (connect(end->control, (void *)&control, sizeof control) || !bind_beside(end, path)) return false;
    request.address = address(end->path);
    return send(end->control, &request, sizeof request, 0) == sizeof request
        && recv(end->control, &port, sizeof port, MSG_WAITALL) == sizeof port
        && !connect(end->fd, (void *)&port, sizeof port);
}

static bool open_nic(struct end *end, const char *name) {
    int one = 1;
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(FRAME_TYPE), .sll_ifindex = (int)if_nametoindex(name)};
    struct packet_mreq all = {.mr_ifindex = at.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
    end->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (end->fd < 0 || !at.sll_ifindex) return false;
    buffers(end->fd);
    setsockopt(end->fd, SOL_SOCKET, SO_SNDBUFFORCE, &(int){RECEIVE_BUFFER}, sizeof(int));
    setsockopt(end->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
    setsockopt(end->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all);
    return !bind(end->fd, (void *)&at, sizeof at);
}

static bool open_tap(struct end *end, const char *name) {
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
    end->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    return end->fd >= 0 && !ioctl(end->fd, TUNSETIFF, &request);
}

bool end_reopen(struct end *end) {
    static const char *const KINDS[] = {"unix", "nic", "tap", "vde", "qemu"};
    static bool (*const OPEN[])(struct end *, const char *) = {open_unix, open_nic, open_tap, open_vde, open_qemu};
    char kind[8], name[108], mac[18];
    end->fd = end->control = -1;
    end->path[0] = 0;
    if (sscanf(end->spec, "%7[^:]:%107[^,],%17s", kind, name, mac) != 3 || !mac_read(mac, end->mac)) {
        errno = EINVAL;
        return false;
    }
    char *space = strchr(name, '@');
    if (space) {
        namespace_enter(space + 1);
        *space = 0;
    }
    for (int i = 0; i < 5; i++)
        if (!strcmp(kind, KINDS[i])) {
            end->kind = (enum kind)i;
            return OPEN[i](end, name);
        }
    errno = EINVAL;
    return false;
}

void end_open(struct end *end, const char *spec) {
    end->spec = spec;
    // A switch that has not noticed yet that its last VM is gone refuses the next one.
    for (int tries = 0; !end_reopen(end); tries++) {
        int error = errno;
        end_close(end);
        errno = error;
        if (error == EINVAL || tries >= 1000) fail("open", spec);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

void end_close(struct end *end) {
    if (end->fd >= 0) close(end->fd);
    if (end->control >= 0) close(end->control);
    if (end->path[0]) unlink(end->path);
    end->fd = end->control = -1;
    end->path[0] = 0;
}

int end_receive(struct end *end, struct batch *batch) {
    for (int i = 0; i < batch->capacity; i++) batch->vectors[i].iov_len = FRAME_MOST;
    if (end->kind != TAP_END) return recvmmsg(end->fd, batch->messages, (unsigned)batch->capacity, MSG_DONTWAIT, NULL);
    int count = 0;
    while (count < batch->capacity) {
        ssize_t length = read(end->fd, batch->vectors[count].iov_base, FRAME_MOST);
        if (length < 0) return count ? count : -1;
        batch->messages[count++].msg_len = (unsigned)length;
    }
    return count;
}

int end_send(struct end *end, struct batch *batch, int from, int count) {
    if (end->kind != TAP_END) return sendmmsg(end->fd, batch->messages + from, (unsigned)(count - from), MSG_DONTWAIT);
    for (int i = from; i < count; i++)
        if (write(end->fd, batch->vectors[i].iov_base, batch->vectors[i].iov_len) < 0) return i > from ? i - from : -1;
    return count - from;
}

bool end_wait(struct end *end, short events, int milliseconds) {
    struct pollfd p = {.fd = end->fd, .events = events};
    return poll(&p, 1, milliseconds) > 0;
}

struct batch batch_of(int capacity) {
    size_t n = (size_t)capacity;
    struct batch b = {capacity, calloc(n, sizeof *b.messages), calloc(n, sizeof *b.vectors), aligned_alloc(4096, n * 12288)};
    if (!b.messages || !b.vectors || !b.memory) fail("memory", "batch");
    memset(b.memory, 0, n * 12288);
    for (size_t i = 0; i < n; i++) {
        // Not a power of two apart: the headers of all frames must not share a few cache sets.
        b.vectors[i] = (struct iovec){b.memory + i * 9152, FRAME_MOST};
        b.messages[i].msg_hdr.msg_iov = &b.vectors[i];
        b.messages[i].msg_hdr.msg_iovlen = 1;
    }
    return b;
}

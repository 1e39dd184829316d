// A VM's NIC: frames of a TAP to a switch's socket and back. The TAP's namespace is the guest.
#define _GNU_SOURCE
#include "traffic.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t is_over;
static uint64_t dropped;

static void over(int signal) {
    (void)signal;
    is_over = 1;
}

static void copy(struct end *from, struct end *to, struct batch *batch) {
    int count = end_receive(from, batch), done = 0;
    for (int i = 0; i < count; i++) batch->vectors[i].iov_len = batch->messages[i].msg_len;
    while (done < count) {
        int sent = end_send(to, batch, done, count);
        if (sent > 0) done += sent;
        else if ((errno != EAGAIN && errno != ENOBUFS) || !end_wait(to, POLLOUT, 100)) done++, dropped++;
    }
}

int shim_run(const struct options *o) {
    struct end ends[2];
    struct batch batch = batch_of(64);
    struct sigaction action = {.sa_handler = over};
    sigaction(SIGTERM, &action, NULL);
    end_open(&ends[0], o->from[0]);
    end_open(&ends[1], o->to[0]);
    puts("ready");
    fflush(stdout);
    while (!is_over) {
        struct pollfd both[2] = {{.fd = ends[0].fd, .events = POLLIN}, {.fd = ends[1].fd, .events = POLLIN}};
        if (poll(both, 2, 1000) <= 0) continue;
        if (both[0].revents) copy(&ends[0], &ends[1], &batch);
        if (both[1].revents) copy(&ends[1], &ends[0], &batch);
    }
    printf("{\"dropped\":%lu}\n", dropped);
    end_close(&ends[0]);
    end_close(&ends[1]);
    return 0;
}

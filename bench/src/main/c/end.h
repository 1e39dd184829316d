// One end of a path: a VM's socket, a NIC, a TAP.
#ifndef END_H
#define END_H
#include "frame.h"
#include <stdnoreturn.h>
#include <sys/socket.h>

enum kind { UNIX_END, NIC_END, TAP_END, VDE_END, QEMU_END };

struct end {
    enum kind kind;
    const char *spec;
    uint8_t mac[6];
    int fd;
    int control;     // of a VDE switch
    char path[108];  // what it is bound to
    bool is_off;     // could not be opened again
};

// A batch of frames for one call.
struct batch {
    int capacity;
    struct mmsghdr *messages;
    struct iovec *vectors;
    uint8_t *memory;
};

// Opens `KIND:NAME[@NAMESPACE],MAC`: unix:PATH as a VM does at a switch's socket, nic:NAME a packet socket,
// tap:NAME a TAP that exists, vde:FOLDER a port of vde_switch, qemu:PATH the other end of QEMU's `-netdev dgram`. All are non-blocking. Ends the process on failure.
void end_open(struct end *end, const char *spec);
// The same without ending the process; false where it fails.
bool end_reopen(struct end *end);
void end_close(struct end *end);
// Frames received into the batch, or -1 and errno.
int end_receive(struct end *end, struct batch *batch);
// Frames of the first `count` sent, or -1 and errno.
int end_send(struct end *end, struct batch *batch, int from, int count);
bool end_wait(struct end *end, short events, int milliseconds);

struct batch batch_of(int capacity);
bool mac_read(const char *text, uint8_t *mac);
uint64_t now(void); // ns
void namespace_enter(const char *name);
noreturn void fail(const char *what, const char *on);
#endif

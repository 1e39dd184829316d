/// Darwin's system calls, struct layouts, ioctl requests and kqueue poller.
package switchd.darwin;

/// Linux's system calls, epoll poller, rtnetlink and uplinks.
package switchd.linux;

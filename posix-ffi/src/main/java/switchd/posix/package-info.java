/// The system calls both kernels share, under their C names.
package switchd.posix;

/// Datagram, stream and handed-over attachments of a VM.
package switchd.attach;

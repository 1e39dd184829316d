/// What a running daemon counts, in the form that Prometheus and others read (OpenMetrics): as a
/// text, and served by HTTP where the operator wants that. docs/metrics.md names every metric.
package switchd.daemon.metrics;

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace GitOpsBumper.Metrics;

/// <summary>
/// Keeps what the instruments of one meter measure, and writes it for Prometheus. Of instruments that were made before it nothing is lost
/// but what they measured before; those of other meters, of the same name too, are not its own.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>Of one instrument; what labels say comes from outside, and nobody should be able to fill the memory with it.</summary>
    public const int DefaultMaxSeries = 2000;

    private readonly Lock _gate = new();
    private readonly Meter _meter;
    private readonly int _maxSeries;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<MetricFamily> _observed = [];

    public MetricsCollector(Meter meter, int maxSeries = DefaultMaxSeries)
    {
        _meter = meter;
        _maxSeries = maxSeries;
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, family) => ((MetricFamily)family!).Add(value, labels));
        _listener.SetMeasurementEventCallback<int>(static (_, value, labels, family) => ((MetricFamily)family!).Add(value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => ((MetricFamily)family!).Add(value, labels));
        _listener.Start();
    }

    /// <summary>Everything as it is now, as the body of an answer with <see cref="ExpositionFormat.ContentType"/>.</summary>
    public string Render()
    {
        // Two that ask at once must not both observe into the same series.
        lock (_gate)
        {
            foreach (var family in _observed)
                family.Clear();
            _listener.RecordObservableInstruments();
            return ExpositionFormat.Render(_families.Values);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!ReferenceEquals(instrument.Meter, _meter))
            return;
        var family = new MetricFamily(instrument.Name, instrument.Description ?? "", Kind(instrument), Buckets(instrument), _maxSeries);
        if (!_families.TryAdd(instrument.Name, family))
            throw new InvalidOperationException($"there are two instruments named {instrument.Name}");
        if (instrument.IsObservable)
            _observed.Add(family);
        listener.EnableMeasurementEvents(instrument, family);
    }

    private static MetricKind Kind(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double> => MetricKind.Counter,
        ObservableGauge<int> or ObservableGauge<long> or ObservableGauge<double> => MetricKind.Gauge,
        Histogram<double> => MetricKind.Histogram,
        _ => throw new NotSupportedException($"instrument {instrument.Name} is a {instrument.GetType().Name}, of which it is not known how to write it"),
    };

    private static IReadOnlyList<double> Buckets(Instrument instrument) => instrument is not Histogram<double> histogram
        ? []
        : histogram.Advice?.HistogramBucketBoundaries ?? throw new NotSupportedException($"histogram {instrument.Name} does not say which buckets it wants");
}

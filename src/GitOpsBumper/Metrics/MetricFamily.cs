using System.Text;

namespace GitOpsBumper.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one name.</summary>
internal sealed class MetricFamily
{
    /// <summary>The value of every label of the series that holds what found no place of its own.</summary>
    public const string Other = "other";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);
    private readonly int _maxSeries;

    /// <param name="name">As the exposition format wants it: letters, digits and underscores.</param>
    /// <param name="help">What it measures.</param>
    /// <param name="kind">How its numbers are meant.</param>
    /// <param name="buckets">Upper bounds of a histogram, ascending, without infinity.</param>
    /// <param name="maxSeries">Further combinations of labels share one more series.</param>
    public MetricFamily(string name, string help, MetricKind kind, IReadOnlyList<double> buckets, int maxSeries)
    {
        Name = name;
        Help = help;
        Kind = kind;
        Buckets = buckets;
        _maxSeries = maxSeries;
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    public IReadOnlyList<double> Buckets { get; }

    /// <summary>Adds to a series. What would be one series too many is added to the one that is called <see cref="Other"/>, also of a gauge.</summary>
    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = Key(labels, overflow: false);
        lock (_gate)
        {
            if (!_series.TryGetValue(key, out var series))
            {
                if (_series.Count >= _maxSeries)
                    key = Key(labels, overflow: true);
                if (!_series.TryGetValue(key, out series))
                    _series[key] = series = new MetricSeries(Buckets);
            }

            series.Add(value);
        }
    }

    /// <summary>Forgets all series: what is observed, is observed anew each time, and what is gone is gone.</summary>
    public void Clear()
    {
        lock (_gate)
            _series.Clear();
    }

    /// <summary>Writes every series in the order of its labels; nobody adds meanwhile.</summary>
    /// <param name="write">Gets the labels as the exposition writes them, without braces, and their series.</param>
    public void ForEach(Action<string, MetricSeries> write)
    {
        lock (_gate)
        {
            foreach (var (labels, series) in _series)
                write(labels, series);
        }
    }

    private static string Key(ReadOnlySpan<KeyValuePair<string, object?>> labels, bool overflow)
    {
        if (labels.IsEmpty)
            return "";
        var key = new StringBuilder();
        foreach (var (name, value) in labels)
            ExpositionFormat.AppendLabel(key, name, overflow ? Other : value?.ToString() ?? "");
        return key.ToString();
    }
}

namespace GitOpsBumper.Metrics;

/// <summary>The numbers behind one combination of labels. Whoever uses it holds the lock of its family.</summary>
/// <param name="buckets">Upper bounds, ascending; empty for what is no histogram.</param>
internal sealed class MetricSeries(IReadOnlyList<double> buckets)
{
    private readonly long[] _counts = new long[buckets.Count];

    /// <summary>Of a counter or gauge its value, of a histogram the sum of what was observed.</summary>
    public double Sum { get; private set; }

    /// <summary>How often something was recorded.</summary>
    public long Count { get; private set; }

    /// <summary>How many observations were at most as large as the bound with this index.</summary>
    public long CountUpTo(int bucket) => _counts.Take(bucket + 1).Sum();

    public void Add(double value)
    {
        Sum += value;
        Count++;
        for (var index = 0; index < buckets.Count; index++)
        {
            if (value <= buckets[index])
            {
                _counts[index]++;
                return;
            }
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Api.Callers;

/// <summary>Answers that are good for a moment. Bounded: when there are too many, all are forgotten, which costs their questions once more.</summary>
internal sealed class Memory<TKey, TValue>(int most, TimeSpan kept, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, (TValue Value, long At)> _known = [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_gate)
        {
            var found = _known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < kept;
            value = found ? known.Value : default;
            return found;
        }
    }

    /// <returns>The value itself.</returns>
    public TValue Keep(TKey key, TValue value)
    {
        lock (_gate)
        {
            if (_known.Count >= most)
                _known.Clear();
            _known[key] = (value, time.GetTimestamp());
            return value;
        }
    }
}

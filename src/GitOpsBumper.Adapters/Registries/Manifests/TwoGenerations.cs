namespace GitOpsBumper.Adapters.Registries.Manifests;

/// <summary>
/// A bounded memory that forgets what was not used for long: when the young generation is half of what fits, it becomes the old one, and what was
/// old is gone, except for what was used meanwhile. Not for several threads.
/// </summary>
internal sealed class TwoGenerations<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public int Count => _young.Count + _old.Keys.Count(key => !_young.ContainsKey(key));

    /// <summary>Each once.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> All => _young.Concat(_old.Where(pair => !_young.ContainsKey(pair.Key)));

    public bool TryGet(TKey key, out TValue? value)
    {
        if (_young.TryGetValue(key, out value))
            return true;
        if (!_old.TryGetValue(key, out value))
            return false;
        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        if (_young.Count >= Math.Max(1, capacity / 2) && !_young.ContainsKey(key))
        {
            _old = _young;
            _young = [];
        }

        _young[key] = value;
    }
}

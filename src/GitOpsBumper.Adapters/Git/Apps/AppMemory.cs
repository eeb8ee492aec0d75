namespace GitOpsBumper.Adapters.Git.Apps;

/// <summary>
/// What GitHub gave, as long as it counts. One asks at a time for each key, the others wait for what it brings; who gives up spoils nothing. A refusal is
/// remembered for a while, because a hundred repositories of one app would get it a hundred times.
/// </summary>
internal sealed class AppMemory<TKey, TValue>(TimeProvider time)
    where TKey : notnull
    where TValue : class
{
    private const int MaxEntries = 1000;

    /// <summary>So long nobody asks again for what was refused.</summary>
    public static readonly TimeSpan RefusalLasts = TimeSpan.FromMinutes(1);

    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Lock _gate = new();

    /// <param name="key">What is asked for.</param>
    /// <param name="fetch">Gets it, and says until when it counts.</param>
    /// <param name="cancellationToken">Stops waiting and asking.</param>
    /// <exception cref="AppException">By <paramref name="fetch"/>, now or a moment ago.</exception>
    public async Task<TValue> GetAsync(TKey key, Func<Task<Kept<TValue>>> fetch, CancellationToken cancellationToken)
    {
        var entry = Find(key);
        await entry.Turn.WaitAsync(cancellationToken);
        try
        {
            if (entry.Until > time.GetUtcNow())
                return entry.Value ?? throw new AppException(entry.Refusal!.Failure, entry.Refusal.Message);
            try
            {
                var fetched = await fetch();
                entry.Set(fetched.Value, null, fetched.Until);
                return fetched.Value;
            }
            catch (AppException refusal)
            {
                entry.Set(null, refusal, time.GetUtcNow() + RefusalLasts);
                throw;
            }
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>It was of no use: whoever asks next gets another, unless there is another already.</summary>
    public void DropAll(Func<TKey, bool> isMeant, TValue value)
    {
        lock (_gate)
        {
            foreach (var key in _entries.Where(entry => isMeant(entry.Key) && value.Equals(entry.Value.Value)).Select(entry => entry.Key).ToList())
                _entries.Remove(key);
        }
    }

    private Entry Find(TKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
                return entry;
            if (_entries.Count >= MaxEntries)
                MakeRoom();
            return _entries[key] = new Entry();
        }
    }

    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var key in _entries.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
            _entries.Remove(key);
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
    }

    private sealed class Entry
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public TValue? Value { get; private set; }

        public AppException? Refusal { get; private set; }

        public DateTimeOffset Until { get; private set; }

        public void Set(TValue? value, AppException? refusal, DateTimeOffset until) => (Value, Refusal, Until) = (value, refusal, until);
    }
}

/// <param name="Value">What was given.</param>
/// <param name="Until">When it has to be asked for again.</param>
internal sealed record Kept<TValue>(TValue Value, DateTimeOffset Until);

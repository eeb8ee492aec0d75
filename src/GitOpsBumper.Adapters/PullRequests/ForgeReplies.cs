namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>Answers of forges that are asked for again with their <c>ETag</c>, and the closed requests that are known. Bounded; lives as long as the process, and may be lost at any time.</summary>
internal sealed class ForgeReplies
{
    private const long MaxBytes = 64L << 20;
    private const int MaxRepositories = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ReplyKey, Stored> _replies = [];
    private readonly Dictionary<ReplyKey, ClosedMemory> _closed = [];
    private long _bytes;
    private long _clock;

    public StoredReply? Find(ReplyKey key)
    {
        lock (_gate)
        {
            if (!_replies.TryGetValue(key, out var stored))
                return null;
            stored.Used = ++_clock;
            return stored.Reply;
        }
    }

    public void Keep(ReplyKey key, StoredReply reply)
    {
        lock (_gate)
        {
            if (_replies.Remove(key, out var old))
                _bytes -= old.Reply.Size;
            if (reply.Size > MaxBytes / 4)
                return;
            _replies.Add(key, new Stored(reply) { Used = ++_clock });
            _bytes += reply.Size;
            while (_bytes > MaxBytes)
            {
                var oldest = _replies.MinBy(pair => pair.Value.Used);
                _bytes -= oldest.Value.Reply.Size;
                _replies.Remove(oldest.Key);
            }
        }
    }

    /// <summary>The closed requests of a repository as they were seen last; null when they were not.</summary>
    public ClosedMemory? FindClosed(ReplyKey key)
    {
        lock (_gate)
            return _closed.GetValueOrDefault(key);
    }

    /// <summary>It is being read again.</summary>
    public void ForgetClosed(ReplyKey key)
    {
        lock (_gate)
            _closed.Remove(key);
    }

    public void KeepClosed(ReplyKey key, ClosedMemory closed)
    {
        lock (_gate)
        {
            if (_closed.Count >= MaxRepositories && !_closed.ContainsKey(key))
                _closed.Clear();
            _closed[key] = closed;
        }
    }

    private sealed class Stored(StoredReply reply)
    {
        public StoredReply Reply { get; } = reply;

        public long Used { get; set; }
    }
}

/// <param name="Url">With its query.</param>
/// <param name="Account">Who asked.</param>
internal sealed record ReplyKey(Uri Url, object Account);

/// <param name="ETag">As it was given, with its quotes.</param>
/// <param name="Link">The header of that name; null without one.</param>
/// <param name="Body">Of the answer.</param>
internal sealed record StoredReply(string ETag, string? Link, ReadOnlyMemory<byte> Body)
{
    public long Size => Body.Length + 512;
}

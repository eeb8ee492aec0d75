using GitOpsBumper.Adapters.Git;

namespace GitOpsBumper.Controller.Targets;

/// <summary>
/// Who works on which repository: one at a time on each, and on all together as many as there are slots, however many cycles run beside each
/// other. Whoever waits for a repository takes nobody's slot meanwhile, so that one that hangs costs the others one slot and no more.
/// </summary>
/// <param name="slots">Repositories that are worked on at once.</param>
internal sealed class RepositoryTurns(int slots) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(slots);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private int _queued;

    /// <summary>How many could begin at once if there were a slot.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Waits until the repository is free, and then for a slot. Disposing of the turn ends it.</summary>
    public async Task<IDisposable> TakeAsync(RepositoryUrl url, CancellationToken cancellationToken)
    {
        var place = Enter(url.Text);
        try
        {
            await place.Turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(url.Text, place);
            throw;
        }

        Interlocked.Increment(ref _queued);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        catch
        {
            place.Turn.Release();
            Leave(url.Text, place);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
        }

        return new Held(this, url.Text, place);
    }

    /// <summary>Nobody may hold or take a turn any more.</summary>
    public void Dispose() => _slots.Dispose();

    private Place Enter(string url)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(url, out var place))
                _places.Add(url, place = new Place());
            place.Users++;
            return place;
        }
    }

    /// <summary>Places that nobody is interested in are not kept.</summary>
    private void Leave(string url, Place place)
    {
        lock (_gate)
        {
            if (--place.Users > 0)
                return;
            _places.Remove(url);
            place.Turn.Dispose();
        }
    }

    private sealed class Place
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public int Users { get; set; }
    }

    private sealed class Held(RepositoryTurns owner, string url, Place place) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
                return;
            owner._slots.Release();
            place.Turn.Release();
            owner.Leave(url, place);
        }
    }
}

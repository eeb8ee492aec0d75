using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Reconciling;

/// <summary>
/// Where small cycles are at work. A place is a repository, or whatever else is written to by one at a time: what changes there meanwhile waits,
/// and what changes elsewhere does not wait for it.
/// </summary>
internal sealed class PlacesInWork
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private TaskCompletionSource _freed = NewSignal();

    /// <summary>Ends when the next place becomes free.</summary>
    public Task Freed
    {
        get
        {
            lock (_gate)
                return _freed.Task;
        }
    }

    public bool IsFree(string place)
    {
        lock (_gate)
            return !_open.ContainsKey(place);
    }

    /// <param name="applications">Each with its place; they are in work until they are done.</param>
    public Stay Begin(IReadOnlyDictionary<NamespacedName, string> applications)
    {
        lock (_gate)
        {
            foreach (var place in applications.Values)
                _open[place] = _open.GetValueOrDefault(place) + 1;
        }

        return new Stay(this, applications);
    }

    private void Leave(IEnumerable<string> places)
    {
        TaskCompletionSource? freed = null;
        lock (_gate)
        {
            foreach (var place in places)
            {
                if (--_open[place] > 0)
                    continue;
                _open.Remove(place);
                freed = _freed;
            }

            if (freed is not null)
                _freed = NewSignal();
        }

        freed?.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The applications of one small cycle that are not done yet.</summary>
    internal sealed class Stay : IDisposable
    {
        private readonly PlacesInWork _owner;
        private readonly Dictionary<NamespacedName, string> _open;

        internal Stay(PlacesInWork owner, IReadOnlyDictionary<NamespacedName, string> applications)
        {
            _owner = owner;
            _open = applications.ToDictionary();
        }

        /// <param name="application">One of the cycle, or another, which makes no difference.</param>
        public void Done(NamespacedName application)
        {
            string? place;
            lock (_open)
                _open.Remove(application, out place);
            if (place is not null)
                _owner.Leave([place]);
        }

        /// <summary>All that is left is done.</summary>
        public void Dispose()
        {
            List<string> places;
            lock (_open)
            {
                places = [.. _open.Values];
                _open.Clear();
            }

            _owner.Leave(places);
        }
    }
}

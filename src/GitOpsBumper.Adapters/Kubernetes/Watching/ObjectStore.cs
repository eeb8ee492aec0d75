using System.Collections.Immutable;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Watching;

/// <summary>The objects of one watcher as they are known. One writer; what readers get never changes under them.</summary>
internal sealed class ObjectStore<T>(ObjectKind<T> kind, ChangeQueue queue)
{
    private volatile ImmutableDictionary<NamespacedName, Watched<T>> _objects = ImmutableDictionary<NamespacedName, Watched<T>>.Empty;
    private volatile ImmutableDictionary<NamespacedName, UnreadableObject> _unreadable = ImmutableDictionary<NamespacedName, UnreadableObject>.Empty;

    public ImmutableDictionary<NamespacedName, Watched<T>> Objects => _objects;

    public ImmutableDictionary<NamespacedName, UnreadableObject> Unreadable => _unreadable;

    /// <summary>An object is there, as this reading says. One that can no longer be read is no longer known.</summary>
    public void Put(ObjectReading<T> reading)
    {
        switch (reading)
        {
            case ObjectReading<T>.Good(var watched):
                Put(watched);
                break;
            case ObjectReading<T>.Bad(var unreadable, _):
                Drop(unreadable.Name);
                _unreadable = _unreadable.SetItem(unreadable.Name, unreadable);
                break;
        }
    }

    public void Remove(NamespacedName name)
    {
        _unreadable = _unreadable.Remove(name);
        Drop(name);
    }

    /// <summary>A whole list begins.</summary>
    public Relist Begin() => new(this);

    private void Put(Watched<T> watched)
    {
        _unreadable = _unreadable.Remove(watched.Name);
        _objects.TryGetValue(watched.Name, out var before);
        var now = Settled(before, watched);
        _objects = _objects.SetItem(watched.Name, now);
        Report(before, now);
    }

    private void Drop(NamespacedName name)
    {
        if (!_objects.ContainsKey(name))
            return;
        _objects = _objects.Remove(name);
        queue.Add(new ObjectChange(kind.Name, name, ChangeKind.Removed));
    }

    /// <summary>The new reading, with the value of the one before when it says the same: then the two share their memory.</summary>
    private Watched<T> Settled(Watched<T>? before, Watched<T> watched) =>
        before is not null && kind.Comparer.Equals(before.Value, watched.Value) ? watched with { Value = before.Value, Name = before.Name } : watched;

    private void Report(Watched<T>? before, Watched<T> now)
    {
        if (before is null)
            queue.Add(new ObjectChange(kind.Name, now.Name, ChangeKind.Added));
        else if (!ReferenceEquals(before.Value, now.Value) || before.Uid != now.Uid || before.IsBeingDeleted != now.IsBeingDeleted)
            queue.Add(new ObjectChange(kind.Name, now.Name, ChangeKind.Changed));
    }

    /// <summary>A list that is still being read: nobody sees it before it is complete.</summary>
    internal sealed class Relist(ObjectStore<T> store)
    {
        private readonly Dictionary<NamespacedName, Watched<T>> _objects = [];
        private readonly Dictionary<NamespacedName, UnreadableObject> _unreadable = [];

        public void Add(ObjectReading<T> reading)
        {
            switch (reading)
            {
                case ObjectReading<T>.Good(var watched):
                    _objects[watched.Name] = store.Settled(store._objects.GetValueOrDefault(watched.Name), watched);
                    break;
                case ObjectReading<T>.Bad(var unreadable, _):
                    _unreadable[unreadable.Name] = unreadable;
                    break;
            }
        }

        /// <summary>The list was complete: it is what there is now, and what it does not have has vanished.</summary>
        public void Complete()
        {
            var before = store._objects;
            store._objects = _objects.ToImmutableDictionary();
            store._unreadable = _unreadable.ToImmutableDictionary();
            foreach (var vanished in before.Keys.Where(name => !_objects.ContainsKey(name)))
                store.Report(vanished);
            foreach (var now in _objects.Values)
                store.Report(before.GetValueOrDefault(now.Name), now);
        }
    }

    private void Report(NamespacedName vanished) => queue.Add(new ObjectChange(kind.Name, vanished, ChangeKind.Removed));
}

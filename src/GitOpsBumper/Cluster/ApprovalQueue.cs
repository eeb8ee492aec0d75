using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Cluster;

/// <summary>What is to be said of one image in its Application.</summary>
/// <param name="Alias">As keys have it.</param>
/// <param name="Version">That waits, or has been written.</param>
/// <param name="IsSettled">It has been written.</param>
internal sealed record ApprovalWord(string Alias, ImageVersion Version, bool IsSettled)
{
    public IReadOnlyDictionary<string, string?> Changes(ApplicationSnapshot application, DateTimeOffset now)
    {
        var state = ApprovalAnnotations.StateOf(application, Alias);
        return IsSettled ? state.Settle(Version) : state.Ask(Version, now);
    }
}

/// <summary>What waits to be written into one Application.</summary>
/// <param name="Application">Its name.</param>
/// <param name="Words">Of its images.</param>
/// <param name="Holds">Whether the Application is still as it was decided from; asked on another thread.</param>
/// <param name="Failures">In a row, other than for want of the right.</param>
/// <param name="Since">When the last of them was.</param>
/// <param name="Pause">After it.</param>
internal sealed record WaitingWords(NamespacedName Application, IReadOnlyList<ApprovalWord> Words, Func<bool> Holds, int Failures = 0, long Since = 0, TimeSpan Pause = default);

/// <summary>
/// The newest word of each Application, until it is written: what fails goes to the end of the line, and is tried again after longer and longer pauses. Who uses it sees to it that one does at a time.
/// </summary>
/// <param name="time">For the pauses.</param>
internal sealed class ApprovalQueue(TimeProvider time)
{
    /// <summary>Many more Applications than people decide about; beyond it the oldest is left out, and comes again when it is decided anew.</summary>
    public const int MaxWaiting = 10_000;

    /// <summary>Between two attempts where the right is missing.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Between two attempts for one Application that fails.</summary>
    private static readonly TimeSpan LongestOfOne = TimeSpan.FromMinutes(10);

    private readonly EventPauses _forbidden = new(time, LongestPause);
    private readonly EventPauses _troubles = new(time);
    private readonly Dictionary<NamespacedName, LinkedListNode<WaitingWords>> _places = [];
    private readonly LinkedList<WaitingWords> _line = new();

    public int Count => _line.Count;

    /// <summary>Until something may be tried again, when nothing may be now.</summary>
    public TimeSpan Pause
    {
        get
        {
            var pauses = _line.Select(Left).Append(_forbidden.Next ?? TimeSpan.Zero).Append(_troubles.Next ?? TimeSpan.Zero).Where(left => left > TimeSpan.Zero);
            return TimeSpan.FromMilliseconds(Math.Ceiling(pauses.DefaultIfEmpty(EventPauses.First).Min().TotalMilliseconds));
        }
    }

    public void Clear()
    {
        _places.Clear();
        _line.Clear();
    }

    /// <param name="application">Whose words they are.</param>
    /// <param name="words">In the place of those that were to be written until now; none: nothing is.</param>
    /// <param name="holds">Whether the Application is still as it was decided from.</param>
    public void Set(NamespacedName application, IReadOnlyList<ApprovalWord> words, Func<bool> holds)
    {
        _places.TryGetValue(application, out var place);
        if (words.Count == 0)
        {
            Remove(place);
            return;
        }

        if (place is not null)
        {
            place.Value = place.Value with { Words = words, Holds = holds };
            return;
        }

        if (_line.Count >= MaxWaiting)
            Remove(_line.First);
        _places[application] = _line.AddLast(new WaitingWords(application, words, holds));
    }

    public bool Waits(NamespacedName application) => _places.ContainsKey(application);

    /// <summary>What may be tried now; it waits until something became of it. Null: there is nothing of the kind.</summary>
    public WaitingWords? Next() => _line.FirstOrDefault(one => Left(one) <= TimeSpan.Zero && _troubles.IsFree(one.Application.Namespace) && _forbidden.IsFree(one.Application.Namespace));

    /// <summary>It is not to be written any more; a newer word is.</summary>
    public void Drop(WaitingWords taken)
    {
        if (_places.TryGetValue(taken.Application, out var place) && ReferenceEquals(place.Value, taken))
            Remove(place);
    }

    /// <summary>It stands there.</summary>
    public void Written(WaitingWords taken)
    {
        Drop(taken);
        if (_places.TryGetValue(taken.Application, out var place))
            place.Value = place.Value with { Failures = 0, Pause = TimeSpan.Zero };
        _forbidden.End(taken.Application.Namespace);
        _troubles.End(taken.Application.Namespace);
    }

    /// <summary>It could not be written: it is tried again, or what is newer by now.</summary>
    public void Failed(WaitingWords taken, KubernetesException failure)
    {
        if (failure.IsForbidden)
            _forbidden.Begin(taken.Application.Namespace, failure.RetryAfter);
        else if (failure.IsTransient)
            _troubles.Begin(EventPauses.Everywhere, failure.RetryAfter);
        if (!_places.TryGetValue(taken.Application, out var place))
            return;
        _line.Remove(place);
        _line.AddLast(place);
        if (failure.IsForbidden)
            return;
        var pause = EventPauses.First * Math.Pow(2, Math.Min(taken.Failures, 16));
        place.Value = place.Value with { Failures = taken.Failures + 1, Since = time.GetTimestamp(), Pause = pause < LongestOfOne ? pause : LongestOfOne };
    }

    private TimeSpan Left(WaitingWords one) => one.Failures == 0 ? TimeSpan.Zero : one.Pause - time.GetElapsedTime(one.Since);

    private void Remove(LinkedListNode<WaitingWords>? place)
    {
        if (place is null)
            return;
        _places.Remove(place.Value.Application);
        _line.Remove(place);
    }
}

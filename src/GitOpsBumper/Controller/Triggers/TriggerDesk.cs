using System.Security.Cryptography;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Controller.Triggers;

/// <summary>
/// What was asked for from outside and is not done: an application that somebody asked for is due until a cycle has decided it that began after that. Asking
/// many times for one costs what asking once costs. In memory alone: what is lost with the process the next cycle looks at anyway.
/// </summary>
internal sealed class TriggerDesk(TimeProvider time)
{
    /// <summary>Applications of all triggers together that are remembered.</summary>
    public const int MaxTargets = 50_000;

    public const int MaxJobs = 1_000;

    /// <summary>Triggers of one asker that are not done: nobody leaves nothing to the others.</summary>
    public const int MaxOpenOfOne = 250;

    /// <summary>So long somebody may ask what became of it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacedName, Due> _due = [];
    private readonly Dictionary<string, TriggerJob> _jobs = new(StringComparer.Ordinal);
    private readonly LinkedList<TriggerJob> _oldest = [];
    private int _targets;

    /// <summary>Hears how long something took from being asked for to its commit.</summary>
    public Action<TimeSpan> Committed { get; init; } = static _ => { };

    /// <summary>Hears which applications are due from now on, and since when.</summary>
    public Action<IReadOnlyCollection<NamespacedName>, long> Wake { get; set; } = static (_, _) => { };

    /// <summary>Whether somebody asked for it and no cycle has answered.</summary>
    public bool IsDue(NamespacedName application)
    {
        lock (_gate)
            return _due.ContainsKey(application);
    }

    /// <summary>Whether what is written for it now passes update windows.</summary>
    public bool IsUrgent(NamespacedName application)
    {
        lock (_gate)
            return _due.TryGetValue(application, out var due) && due.IsUrgent;
    }

    /// <summary>They are looked at as soon as may be. For askers who do not wait, such as webhooks.</summary>
    public void Ask(IReadOnlyCollection<NamespacedName> applications, bool isUrgent = false)
    {
        if (applications.Count == 0)
            return;
        var now = time.GetTimestamp();
        lock (_gate)
            Add(applications, now, isUrgent, null);
        Wake(applications, now);
    }

    /// <returns>Null when there is too much of it already, in all or of the asker.</returns>
    public TriggerJob? Open(TriggerAsk ask, IReadOnlyList<TriggerTarget> targets, string asker)
    {
        TriggerJob job;
        IReadOnlyCollection<NamespacedName> names = [.. targets.Select(target => target.Application)];
        lock (_gate)
        {
            job = new TriggerJob(RandomNumberGenerator.GetHexString(32, lowercase: true), asker, ask, targets, time.GetTimestamp());
            if (!MakeRoom(targets.Count) || _jobs.Values.Count(open => open.Asker == asker && !open.Done.IsCompleted) >= MaxOpenOfOne)
                return null;
            _jobs.Add(job.Id, job);
            _oldest.AddLast(job);
            _targets += targets.Count;
            Add(names, job.Asked, ask.IsUrgent, job);
        }

        Wake(names, job.Asked);
        return job;
    }

    /// <summary>Null when there is none, it is too old, or was asked for by somebody else.</summary>
    public TriggerJob? Find(string id, string asker)
    {
        lock (_gate)
        {
            MakeRoom(0);
            return _jobs.TryGetValue(id, out var job) && job.Asker == asker ? job : null;
        }
    }

    public TimeSpan Elapsed(TriggerJob job) => time.GetElapsedTime(job.Asked);

    /// <param name="report">Of an application that is still as it was decided from.</param>
    /// <param name="began">The cycle, a timestamp.</param>
    public void Decided(ApplicationReport report, long began)
    {
        List<TriggerJob> answered;
        lock (_gate)
        {
            if (!_due.TryGetValue(report.Name, out var due) || began < due.First)
                return;
            if (report.IsWritten)
                Committed(time.GetElapsedTime(due.First));
            answered = due.Answer(began);
            // What was asked for during the cycle may not have been seen by it.
            if (began >= due.Last)
                _due.Remove(report.Name);
        }

        foreach (var job in answered)
            job.Decided(report, Elapsed(job));
    }

    /// <summary>This replica leads no longer: whoever does has not heard of what was asked for here, and who waits for it has to ask again.</summary>
    public void EndTerm()
    {
        List<TriggerJob> lost;
        lock (_gate)
        {
            _due.Clear();
            lost = [.. _jobs.Values.Where(job => !job.Done.IsCompleted)];
            foreach (var job in lost)
                _jobs.Remove(job.Id);
        }

        foreach (var job in lost)
            job.Lose();
    }

    /// <summary>Of an application that is gone, or asks for updates no longer.</summary>
    public void Left(NamespacedName application)
    {
        Due? due;
        lock (_gate)
            _due.Remove(application, out due);
        foreach (var job in due?.Answer(long.MaxValue) ?? [])
            job.Left(application, Elapsed(job));
    }

    private void Add(IEnumerable<NamespacedName> applications, long now, bool isUrgent, TriggerJob? job)
    {
        foreach (var name in applications)
        {
            if (!_due.TryGetValue(name, out var due))
                _due.Add(name, due = new Due(now));
            due.Add(now, isUrgent, job);
        }
    }

    /// <summary>Forgets what is old, and what is done where there is too much.</summary>
    private bool MakeRoom(int targets)
    {
        for (var node = _oldest.First; node is not null;)
        {
            var (job, next) = (node.Value, node.Next);
            var isTooMuch = _jobs.Count >= MaxJobs || _targets + targets > MaxTargets;
            if (!_jobs.ContainsKey(job.Id) || Elapsed(job) > Kept || (isTooMuch && job.Done.IsCompleted))
            {
                _oldest.Remove(node);
                _jobs.Remove(job.Id);
                _targets -= job.Targets.Count;
            }
            else if (!isTooMuch)
            {
                // Those behind it are younger.
                break;
            }

            node = next;
        }

        return _jobs.Count < MaxJobs && _targets + targets <= MaxTargets;
    }

    private sealed class Due(long first)
    {
        private readonly List<TriggerJob> _jobs = [];
        private long? _lastUrgent;

        /// <summary>When it was asked for, of those asks that have no answer yet.</summary>
        public long First { get; private set; } = first;

        /// <summary>When it was asked for last.</summary>
        public long Last { get; private set; } = first;

        /// <summary>For one at least of those who asked and have no answer yet.</summary>
        public bool IsUrgent => _lastUrgent is not null;

        public void Add(long now, bool isUrgent, TriggerJob? job)
        {
            Last = now;
            if (isUrgent)
                _lastUrgent = now;
            if (job is not null)
                _jobs.Add(job);
        }

        /// <summary>Those that a cycle answers that began then; they are waiting no longer.</summary>
        public List<TriggerJob> Answer(long began)
        {
            var answered = _jobs.Where(job => job.Asked <= began).ToList();
            _jobs.RemoveAll(job => job.Asked <= began);
            First = Last;
            // What came after an urgent one that has its answer is not urgent for its sake.
            if (_lastUrgent <= began)
                _lastUrgent = null;
            return answered;
        }
    }
}

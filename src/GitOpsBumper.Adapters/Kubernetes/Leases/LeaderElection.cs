using System.Security.Cryptography;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <summary>
/// Of several bots that share a lease at most one is leader at any moment, and after it stopped or died another one is soon. Only the
/// monotonic clock counts: wall clocks of machines differ and jump.
/// </summary>
/// <seealso href="https://kubernetes.io/docs/concepts/architecture/leases/#leader-election"/>
public sealed partial class LeaderElection
{
    private const double Jitter = 0.2;

    /// <summary>A stop must not wait for a server that does not answer; then the lease runs out by itself.</summary>
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(2);

    /// <summary>Right after another's lease has run out, not right before.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(10);

    private readonly LeaseClient _leases;
    private readonly LeaderElectionTimes _times;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _jitter;
    private readonly LeaseSighting _others;
    private TaskCompletionSource<LeaderTerm> _next = NewTerm();
    private volatile LeaderTerm? _term;
    private volatile string? _problem;
    private volatile string? _leader;
    private volatile string? _leaderAddress;
    private string? _failure;
    private Lease? _held;
    private bool _mayHold;
    private int _runs;

    /// <param name="connection">Needs the rights get, create and update on leases of the namespace.</param>
    /// <param name="lease">The same for all that compete.</param>
    /// <param name="identity">For people: the name of the pod. What is added makes it unique (<see cref="Identity"/>).</param>
    /// <param name="times">The same for all that compete, or nearly: each keeps to the duration that the holder wrote.</param>
    /// <param name="time">Its monotonic clock decides; its wall clock is only written into the lease, for people.</param>
    /// <param name="logger">Hears who leads, and why nobody does.</param>
    public LeaderElection(KubernetesConnection connection, NamespacedName lease, string identity, LeaderElectionTimes times, TimeProvider time, ILogger logger)
        : this(new LeaseClient(lease, connection), identity, times, time, Random.Shared.NextDouble, logger)
    {
    }

    /// <param name="jitter">From 0 to 1.</param>
    internal LeaderElection(LeaseClient leases, string identity, LeaderElectionTimes times, TimeProvider time, Func<double> jitter, ILogger logger)
    {
        (_leases, _times, _time, _jitter, _logger) = (leases, times, time, jitter, logger);
        _others = new LeaseSighting(time);
        Identity = $"{identity}_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
    }

    /// <summary>
    /// What the lease says while we hold it. It is new in each process: a lease in our own name is taken up again at once, which is safe only
    /// while nobody else can have the name. A container that is started anew in its pod has the pod's name too, and waits like everybody.
    /// </summary>
    public string Identity { get; }

    /// <summary>As <see cref="LeaderTerm.IsLeader"/> of the present term; false when there is none.</summary>
    public bool IsLeader => _term is { IsLeader: true };

    /// <summary>Who holds the lease, be it we, as the server last said; null while nobody does or nobody knows. It may have died since.</summary>
    public string? Leader => _leader;

    /// <summary>Where the leader can be asked, as it said when the server last answered; null: nobody knows.</summary>
    public string? LeaderAddress => _leaderAddress;

    /// <summary>Where we can be asked while we lead, for the lease to say it; null: nowhere.</summary>
    public Func<string?> Address { get; init; } = static () => null;

    /// <summary>
    /// Why we cannot take part, as a sentence with the server's words, when that will not pass by itself: rights that are missing, a namespace
    /// that is not there. Null when the server let us take part the last time it answered.
    /// </summary>
    public string? Problem => _problem;

    /// <summary>The present term, or the next one that begins.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or <see cref="RunAsync"/> has ended.</exception>
    public async Task<LeaderTerm> WaitForLeadershipAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // In this order: a term that begins in between completes the task that was read before.
            var next = Volatile.Read(ref _next).Task;
            if (_term is { IsLeader: true } present)
                return present;
            if (await next.WaitAsync(cancellationToken) is { IsLeader: true } begun)
                return begun;
        }
    }

    /// <summary>
    /// Competes until the token ends it, and then gives the lease back, so that another takes over at once. So what only the leader may do has to
    /// have ended before the token is cancelled. May be called once.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _runs, 1) != 0)
            throw new InvalidOperationException($"The election for the lease {_leases.Name} has been run already.");
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var began = _time.GetTimestamp();
                await AttemptAsync(cancellationToken);
                await Task.Delay(Pause(_time.GetElapsedTime(began)), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }

        _term?.End("the election was stopped");
        Volatile.Read(ref _next).TrySetCanceled(CancellationToken.None);
        if (_mayHold)
            await ReleaseAsync();
    }

    /// <summary>From the beginning of one attempt to that of the next; sooner where somebody else's lease runs out sooner.</summary>
    private TimeSpan Pause(TimeSpan elapsed)
    {
        var pause = (_times.RetryPeriod * (1 + (Jitter * _jitter()))) - elapsed;
        if (_others.Remaining is var remaining && remaining > TimeSpan.Zero && remaining + Slack < pause)
            pause = remaining + Slack;
        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }

    private async Task AttemptAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_times.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await TakeOrRenewAsync(either.Token);
            Succeed();
            return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            Fail($"the API server did not answer within {_times.AttemptTimeout.TotalSeconds:0.###} s", isTransient: true);
        }
        catch (KubernetesException failure)
        {
            Fail(failure.Message, failure.IsTransient);
        }
        catch (Exception failure)
        {
            // Whatever it is: an election that gives up would leave nobody to lead.
            Log.Unexpected(_logger, _leases.Name, failure);
            Fail(failure.Message, isTransient: true);
        }

        // Nobody knows whether it was written.
        _held = null;
    }

    private async Task TakeOrRenewAsync(CancellationToken cancellationToken)
    {
        // The second round is for a lease that changed since it was read, be it only a label: it may be ours still.
        for (var round = 0; round < 2; round++)
        {
            var lease = _held ?? await _leases.GetAsync(cancellationToken);
            if (!MayTake(lease))
                return;
            try
            {
                _mayHold = true;
                var sent = _time.GetTimestamp();
                _held = lease is null
                    ? await _leases.CreateAsync(Lease.New(_leases.Name, Identity, _times.Duration, _time.GetUtcNow(), Address()), cancellationToken)
                    : await _leases.UpdateAsync(lease.HeldBy(Identity, _times.Duration, _time.GetUtcNow(), Address()), cancellationToken);
                Lead(sent);
                return;
            }
            catch (KubernetesException failure) when (failure.IsConflict || (failure.IsNotFound && lease is not null))
            {
                _held = null;
                Log.Outrun(_logger, _leases.Name);
            }
        }
    }

    /// <param name="lease">Null: there is none. One that somebody removed while another held it is left alone like the other's own.</param>
    private bool MayTake(Lease? lease)
    {
        See(lease);
        if (lease is null)
            return _others.Remaining == TimeSpan.Zero;
        if (lease.Holder.Length == 0 || lease.Holder == Identity)
        {
            _others.Forget();
            return true;
        }

        _term?.End($"{lease.Holder} holds the lease");
        _others.See(lease, _times.Duration);
        if (_others.Remaining == TimeSpan.Zero)
            return true;
        Log.Waiting(_logger, _leases.Name, lease.Holder, _others.Remaining.TotalSeconds);
        return false;
    }

    /// <summary>Says who leads whenever that is another one; that we do is said by <see cref="Lead"/>.</summary>
    private void See(Lease? lease)
    {
        var leader = lease is { Holder.Length: > 0 } ? lease.Holder : null;
        _leaderAddress = leader is null ? null : lease!.Address;
        if (leader == _leader)
            return;
        _leader = leader;
        if (leader is null)
            Log.Nobody(_logger, _leases.Name);
        else if (leader != Identity)
            Log.Other(_logger, _leases.Name, leader, (lease!.Duration ?? _times.Duration).TotalSeconds);
    }

    /// <param name="sent">From before the request that was answered: the time that the answer took is lost.</param>
    private void Lead(long sent)
    {
        _others.Forget();
        _leader = Identity;
        if (_term?.TryRenew(sent) == true || _time.GetElapsedTime(sent) >= _times.RenewDeadline)
            return;
        Log.BecameLeader(_logger, _leases.Name, Identity);
        var term = new LeaderTerm(_time, _times.RenewDeadline, sent, reason => Log.Lost(_logger, _leases.Name, reason));
        _term = term;
        Interlocked.Exchange(ref _next, NewTerm()).TrySetResult(term);
    }

    /// <summary>Reads first: a renewal that was cancelled a moment ago may have been written.</summary>
    private async Task ReleaseAsync()
    {
        using var late = new CancellationTokenSource(ReleasePatience, _time);
        try
        {
            for (var round = 0; round < 2; round++)
            {
                if (await _leases.GetAsync(late.Token) is not { } lease || lease.Holder != Identity)
                    return;
                try
                {
                    await _leases.UpdateAsync(lease.Released(_time.GetUtcNow()), late.Token);
                    Log.Released(_logger, _leases.Name);
                    return;
                }
                catch (KubernetesException failure) when (failure.IsConflict)
                {
                    Log.Outrun(_logger, _leases.Name);
                }
            }
        }
        catch (Exception failure)
        {
            // Best effort: it runs out by itself.
            Log.NotReleased(_logger, _leases.Name, failure is OperationCanceledException ? "the API server did not answer in time" : failure.Message);
        }
    }

    private void Succeed()
    {
        if (_failure is not null)
            Log.Recovered(_logger, _leases.Name);
        _failure = _problem = null;
    }

    private void Fail(string reason, bool isTransient)
    {
        if (!isTransient)
            _problem = reason;
        if (reason == _failure || (isTransient && _failure is not null))
            Log.StillFailing(_logger, _leases.Name, reason);
        else if (isTransient)
            Log.Failed(_logger, _leases.Name, reason);
        else
            Log.Refused(_logger, _leases.Name, reason);
        _failure = reason;
    }

    private static TaskCompletionSource<LeaderTerm> NewTerm() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Leases;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Leases;

/// <summary>What happens to a request. Null: it does not arrive, or its answer does not.</summary>
internal sealed record Delivery(TimeSpan? There, TimeSpan? Back)
{
    public static readonly Delivery AtOnce = new(TimeSpan.Zero, TimeSpan.Zero);
    public static readonly Delivery Lost = new(null, null);
    public static readonly Delivery AnswerLost = new(TimeSpan.Zero, null);
}

/// <summary>A bot on a machine of its own that competes for the lease of a server.</summary>
internal sealed class Candidate : ILogger
{
    private readonly VirtualTime _world;
    private readonly LeaseServer _server;
    private readonly CancellationTokenSource _stop = new();
    private bool _stopsWithNextRequest;
    private bool _isStopped;

    public Candidate(VirtualTime world, LeaseServer server, string name, LeaderElectionTimes? times = null, Machine? machine = null, Func<double>? jitter = null)
    {
        (_world, _server, Machine) = (world, server, machine ?? new Machine(world));
        var leases = new LeaseClient(new NamespacedName("bots", "bumper"), SendAsync);
        Election = new LeaderElection(leases, name, times ?? LeaderElectionTimes.Default, Machine, jitter ?? (() => 0.5), this);
    }

    public Machine Machine { get; }

    public LeaderElection Election { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public Func<Delivery> Network { get; set; } = () => Delivery.AtOnce;

    /// <summary>Level and text.</summary>
    public List<string> Logs { get; } = [];

    public bool IsLeader => !Machine.IsDead && Election.IsLeader;

    /// <summary>Or about to be.</summary>
    public bool IsStopped => _isStopped;

    public Candidate Start()
    {
        _world.After(TimeSpan.Zero, () => Running = Election.RunAsync(_stop.Token));
        return this;
    }

    /// <summary>In the middle of its next request: that is when a stop is hardest, and everything stays on one thread.</summary>
    public void Stop() => _stopsWithNextRequest = _isStopped = true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logs.Add($"{logLevel}: {formatter(state, exception)}");

    private Task<byte[]> SendAsync(KubernetesCall call, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<byte[]>();
        cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        var delivery = Network();
        if (delivery.There is { } there)
            _world.After(there, () => Arrive(call, delivery.Back, answer));
        if (_stopsWithNextRequest)
        {
            _stopsWithNextRequest = false;
            _world.After((delivery.There ?? TimeSpan.Zero) / 2, () => Machine.Happen(_stop.Cancel));
        }

        return answer.Task;
    }

    private void Arrive(KubernetesCall call, TimeSpan? back, TaskCompletionSource<byte[]> answer)
    {
        Action deliver;
        try
        {
            var body = _server.Answer(call);
            deliver = () => answer.TrySetResult(body);
        }
        catch (KubernetesException refusal)
        {
            deliver = () => answer.TrySetException(refusal);
        }

        if (back is { } pause)
            _world.After(pause, () => Machine.Happen(deliver));
    }
}

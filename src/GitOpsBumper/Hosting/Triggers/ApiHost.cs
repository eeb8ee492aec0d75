using System.Net.Sockets;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Leases;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Api;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Api.Serving;
using GitOpsBumper.Cluster;
using GitOpsBumper.Configuration;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Approvals;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting.Triggers;

/// <summary>Lets a running controller be asked from outside.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private const string AddressVariable = "POD_IP";

    private readonly ProcessParts _process;
    private readonly LiveConfiguration _configuration;
    private readonly ClusterWatch _watch;
    private readonly TriggerDesk _desk;
    private readonly ServerCertificate? _certificate;
    private readonly HookSection _start;
    private readonly IdTokenVerifier _verifier = new();
    private readonly ReviewClient _reviews;
    private readonly ApplicationClient _applications;
    private readonly TrustedCallers _trusted;
    private readonly CancellationTokenSource _end = new();
    private ApiServer? _server;
    private Task _looking = Task.CompletedTask;

    /// <param name="process">Outlives this.</param>
    /// <param name="connection">To the API server.</param>
    /// <param name="watch">Knows the Applications.</param>
    /// <param name="configuration">As it is now.</param>
    /// <param name="desk">Gets what is asked for.</param>
    /// <param name="podNamespace">Where this runs; null outside a cluster.</param>
    public ApiHost(ProcessParts process, KubernetesConnection connection, ClusterWatch watch, LiveConfiguration configuration, TriggerDesk desk, string? podNamespace)
    {
        (_process, _watch, _configuration, _desk) = (process, watch, configuration, desk);
        _start = configuration.Settings.Hooks;
        _reviews = new ReviewClient(connection);
        _applications = new ApplicationClient(connection);
        _trusted = new TrustedCallers(() => configuration.Settings.Hooks.Oidc, OwnSecrets, TimeProvider.System, process.Loggers.CreateLogger<TrustedCallers>());
        _certificate = _start is { IsEnabled: true, UsesTls: true } ? new ServerCertificate(_start.CertDir, podNamespace, TimeProvider.System, process.Loggers.CreateLogger<ServerCertificate>()) : null;
    }

    /// <summary>Of all Applications, as they are now.</summary>
    public required Func<IReadOnlyList<ApplicationReport>> Reports { get; init; }

    /// <summary>Whether they are all of them.</summary>
    public required Func<bool> HasLooked { get; init; }

    /// <summary>Of votes, as it is now; null: there is none.</summary>
    public required Func<ApprovalKey?> ApprovalKey { get; init; }

    /// <summary>With whose tokens are believed, each a sentence.</summary>
    public IReadOnlyList<string> Problems => _trusted.Problems;

    /// <summary>Where other replicas reach this one, for the lease to say it; null: nowhere.</summary>
    public string? Address()
    {
        if (!_start.IsEnabled || _process.Surroundings.Environment(AddressVariable) is not { Length: > 0 } address)
            return null;
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        return _certificate is null ? $"http://{host}:{_start.Port}" : $"https://{host}:{_start.Port}{Relay.FingerprintMark}{_certificate.Current.Fingerprint}";
    }

    /// <summary>Listens until this is disposed of, where the settings want it.</summary>
    /// <param name="election">Says who leads; null: this replica does.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="UsageException">Nothing can listen there.</exception>
    public async Task StartAsync(LeaderElection? election, CancellationToken cancellationToken)
    {
        if (!_start.IsEnabled)
            return;
        var index = new ApplicationIndex(_watch, _configuration);
        var services = new ApiServices
        {
            Settings = () => _configuration.Settings.Hooks,
            Secrets = OwnSecrets,
            Standing = () => StandingOf(election),
            UsersOf = index.UsersOf,
            WritersTo = index.WritersTo,
            IsOwnCommit = _process.Pushed.Take,
            Environment = _process.Surroundings.Environment,
            Metrics = _process.Telemetry.Triggers,
            ImagesOf = index.ImagesOf,
            RepositoryOf = reference => _configuration.Texts.Registries.RepositoryOf(reference),
            Distrust = (repository, tag, andBelow) => _process.Facts.Distrust(_configuration.Texts.Registries.EndpointFor(repository), repository, tag, andBelow),
            Desk = _desk,
            Reports = Reports,
            HasLooked = HasLooked,
            PolicyOf = index.PolicyOf,
            ApprovalKey = ApprovalKey,
            Applications = _applications,
            ArgoCdNamespace = _configuration.Settings.ArgoCdNamespace,
            Time = TimeProvider.System,
            Loggers = _process.Loggers,
        };
        var callers = new CallerFinder(_reviews, _verifier, services.Secrets, _trusted.Issuers, TimeProvider.System);
        try
        {
            _server = await ApiServer.StartAsync(_configuration.Settings.Controller.BindAddress, _start, _certificate, services, new ApiEndpoints(services, callers, _verifier), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new UsageException([$"{HookSettingDefinitions.WebhookPort.Flag} {_start.Port}: nothing can listen there: {failure.Message}"]);
        }

        _looking = _trusted.RunAsync(_watch.WaitForSyncAsync(_end.Token), _end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _verifier.Dispose();
    }

    private SecretLayer OwnSecrets() => _watch.OwnSecrets(_configuration.Settings.ArgoCdNamespace);

    private Standing StandingOf(LeaderElection? election)
    {
        if (_watch.NotReady is [var reason, ..])
            return new Standing.Waits(reason);
        if (election is null || election.IsLeader)
            return new Standing.Leads();
        if (election.Leader == election.Identity)
            return new Standing.Waits("who leads is changing at this moment");
        return Uri.TryCreate(election.LeaderAddress, UriKind.Absolute, out var leader) && leader.Scheme is "http" or "https"
            ? new Standing.Follows(leader)
            : new Standing.Waits(election.Leader is { } name ? $"this replica stands by, and {name}, which leads, says nowhere where it can be asked: the variable {AddressVariable} is missing there" : "nobody leads at the moment");
    }
}

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
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Approvals;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Hosting.Triggers;

/// <summary>Lets a running controller be asked from outside.</summary>
internal sealed partial class ApiHost : IAsyncDisposable
{
    private const string AddressVariable = "POD_IP";

    private readonly ProcessParts _process;
    private readonly LiveConfiguration _configuration;
    private readonly ClusterWatch _watch;
    private readonly TriggerDesk _desk;
    private readonly ServerCertificate? _certificate;
    private readonly HookSection _start;
    private readonly ILogger _logger;
    private readonly IdTokenVerifier _verifier = new();
    private readonly ReviewClient _reviews;
    private readonly ApplicationClient _applications;
    private JobIssuers _issuers = new(null, []);
    private ApiServer? _server;

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
        _logger = process.Loggers.CreateLogger<ApiHost>();
        _reviews = new ReviewClient(connection);
        _applications = new ApplicationClient(connection);
        _certificate = _start is { IsEnabled: true, UsesTls: true } ? new ServerCertificate(_start.CertDir, podNamespace, TimeProvider.System, process.Loggers.CreateLogger<ServerCertificate>()) : null;
    }

    /// <summary>Of all Applications, as they are now.</summary>
    public required Func<IReadOnlyList<ApplicationReport>> Reports { get; init; }

    /// <summary>Whether they are all of them.</summary>
    public required Func<bool> HasLooked { get; init; }

    /// <summary>Of votes, as it is now; null: there is none.</summary>
    public required Func<ApprovalKey?> ApprovalKey { get; init; }

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
            Secrets = () => _watch.OwnSecrets(_configuration.Settings.ArgoCdNamespace),
            Standing = () => StandingOf(election),
            UsersOf = index.UsersOf,
            WritersTo = index.WritersTo,
            IsOwnCommit = _process.Pushed.Take,
            Environment = _process.Surroundings.Environment,
            Metrics = _process.Telemetry.Triggers,
            Knows = index.Knows,
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
        var callers = new CallerFinder(_reviews, _verifier, services.Secrets, Issuers, TimeProvider.System);
        foreach (var problem in StaticTokens.Problems(services.Secrets()))
            Log.Wrong(_logger, problem);
        try
        {
            _server = await ApiServer.StartAsync(_configuration.Settings.Controller.BindAddress, _start, _certificate, services, new ApiEndpoints(services, callers, _verifier), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new UsageException([$"{HookSettingDefinitions.WebhookPort.Flag} {_start.Port}: nothing can listen there: {failure.Message}"]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _verifier.Dispose();
    }

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

    /// <summary>Read anew when the text has changed; of one that is wrong nobody is believed.</summary>
    private IReadOnlyList<JobIssuer> Issuers()
    {
        string? text = null;
        if (_configuration.Settings.Hooks.Oidc is { } source && !source.TryRead(out text, out var problem))
            Tell([problem]);
        var known = Volatile.Read(ref _issuers);
        if (known.Text == text)
            return known.Issuers;
        IReadOnlyList<string> problems = [];
        var issuers = text is null ? [] : JobIssuerReader.Read(text, out problems);
        Tell([.. problems.Select(sentence => $"{_configuration.Settings.Hooks.Oidc!.Name}: {sentence}")]);
        Volatile.Write(ref _issuers, new JobIssuers(text, issuers));
        return issuers;
    }

    private void Tell(IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
            Log.Wrong(_logger, problem);
    }

    private sealed record JobIssuers(string? Text, IReadOnlyList<JobIssuer> Issuers);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Sentence}")]
        public static partial void Wrong(ILogger logger, string sentence);
    }
}

using System.Diagnostics.Metrics;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Api;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Configuration.Secrets;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBumper.Tests.Api;

/// <summary>What the API works with where nothing is known of any Application, and nobody works on what is asked for: each test says what is different for it.</summary>
internal static class QuietApi
{
    /// <param name="secrets">Of the bot.</param>
    /// <param name="connection">Null where no Application is changed.</param>
    /// <param name="meter">Of the test.</param>
    /// <param name="desk">Gets what is asked for.</param>
    /// <param name="time">That the desk has too.</param>
    public static ApiServices With(SecretLayer secrets, KubernetesConnection? connection, Meter meter, TriggerDesk desk, TimeProvider time) => new()
    {
        Settings = () => new HookSection { IsEnabled = true },
        Secrets = () => secrets,
        Standing = () => new Standing.Leads(),
        UsersOf = (_, _) => [],
        WritersTo = (_, _) => [],
        IsOwnCommit = _ => false,
        Environment = _ => null,
        Metrics = new TriggerMetrics(meter),
        ImagesOf = _ => [],
        RepositoryOf = reference => reference.Repository,
        Distrust = (_, _, _) => { },
        Desk = desk,
        Reports = () => [],
        HasLooked = () => true,
        PolicyOf = (_, _) => null,
        ApprovalKey = () => null,
        Applications = new ApplicationClient(connection!),
        ArgoCdNamespace = "argocd",
        Time = time,
        Loggers = NullLoggerFactory.Instance,
    };
}

using System.Text.Json;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Adapters.Registries.Ages;
using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Cluster;

/// <summary>
/// Keeps in a config map when tags were first seen, so that another replica, or a pod without its cache folder, goes on waiting instead of beginning anew. Only what has no date
/// of its own gets there. What cannot be read or written is told once and costs some waiting, nothing else.
/// </summary>
internal sealed partial class SightingKeeper(KubernetesConnection connection, FirstSeen seen, Func<string> argoCdNamespace, ILogger<SightingKeeper> logger)
{
    public const string ConfigMapName = "gitops-bumper-first-seen";

    public const string Field = "tags";

    private readonly ObjectClient<KubernetesConfigMap> _configMaps = new(connection, ObjectKinds.ConfigMap);
    private long _kept;
    private bool _isInTrouble;
    private int _isWriting;
    private bool _isRead;

    private NamespacedName Name => new(argoCdNamespace(), ConfigMapName);

    /// <summary>Takes over what another replica has seen; to be called whenever this one begins to work.</summary>
    public Task BeginAsync(CancellationToken cancellationToken)
    {
        _isRead = false;
        return ReadAsync(cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _configMaps.GetAsync(Name, cancellationToken) is { } map && map.Value.Data.TryGetValue(Field, out var tags))
                seen.Merge(tags);
            _isRead = true;
        }
        catch (KubernetesException failure)
        {
            if (!_isInTrouble)
                Log.NotRead(logger, ConfigMapName, failure.Message);
            _isInTrouble = true;
        }
    }

    /// <summary>Writes it where something was seen since the last time. While it is being written, whoever comes leaves it to the next time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        seen.Save();
        if (seen.Version == Volatile.Read(ref _kept) || Interlocked.Exchange(ref _isWriting, 1) == 1)
            return;
        try
        {
            // What could not be read must not be written over.
            if (!_isRead)
                await ReadAsync(cancellationToken);
            if (!_isRead)
                return;
            var version = seen.Version;
            var body = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal) { ["data"] = new(StringComparer.Ordinal) { [Field] = seen.Text } };
            var call = new KubernetesCall(HttpMethod.Patch, ObjectKinds.ConfigMap.Path(Name)) { Body = JsonSerializer.SerializeToUtf8Bytes(body), ContentType = "application/merge-patch+json" };
            await using var reply = await connection.SendAsync(call, cancellationToken);
            Volatile.Write(ref _kept, version);
            _isInTrouble = false;
        }
        catch (KubernetesException failure)
        {
            if (!_isInTrouble)
                Log.NotWritten(logger, ConfigMapName, failure.Message);
            _isInTrouble = true;
        }
        finally
        {
            Volatile.Write(ref _isWriting, 0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Config map {Name} could not be read, so that versions whose age nobody tells wait again: {Reason}")]
        public static partial void NotRead(ILogger logger, string name, string reason);

        [LoggerMessage(LogLevel.Warning, "Config map {Name} could not be written, so that versions whose age nobody tells wait again after a restart: {Reason}")]
        public static partial void NotWritten(ILogger logger, string name, string reason);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

/// <summary>
/// Posts events. What was said of the same object within an hour is not said again: the earlier event counts it. One call at a time, so
/// that two equal events never race each other.
/// </summary>
/// <param name="instance">Which of several bots says it: the name of the pod.</param>
public sealed class EventClient(KubernetesConnection connection, string instance, TimeProvider time) : IDisposable
{
    /// <summary>As long as the API server keeps events unless it is told otherwise.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    internal const int MaxRemembered = 4096;

    private const string Component = "gitopsbumper";
    private const int MaxName = 253;
    private const int SuffixLength = 16;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Saying, Said> _said = [];

    /// <summary>How many sayings are remembered: never more than <see cref="MaxRemembered"/>.</summary>
    internal int Remembered => _said.Count;

    /// <exception cref="KubernetesException">The API server refused or did not answer; nothing is remembered then.</exception>
    public async Task PostAsync(ObjectEvent told, CancellationToken cancellationToken)
    {
        var saying = new Saying(told.About.ApiVersion, told.About.Kind, told.About.Name.ToString(), told.About.Uid, told.Severity, told.Reason, told.ShortMessage);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (_said.TryGetValue(saying, out var before) && now - before.Last < Memory && await RepeatAsync(told, before, now, cancellationToken))
            {
                _said[saying] = before with { Count = before.Count + 1, Last = now };
                return;
            }

            var name = await CreateAsync(told, saying.Message, now, cancellationToken);
            Remember(saying, new Said(name, 1, now));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<string> CreateAsync(ObjectEvent told, string message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (about, space) = (told.About, told.About.Name.Namespace);
        var name = $"{about.Name.Name[..Math.Min(about.Name.Name.Length, MaxName - SuffixLength - 1)].TrimEnd('.', '-')}.{RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true)}";
        var body = new EventBody(
            "v1",
            "Event",
            new EventMetadata(name, space),
            new EventSubject(about.ApiVersion, about.Kind, space, about.Name.Name, about.Uid, about.ResourceVersion),
            told.Severity == EventSeverity.Warning ? "Warning" : "Normal",
            told.Reason,
            message,
            new EventSource(Component),
            Stamp(now),
            Stamp(now),
            1,
            Component,
            instance);
        await SendAsync(HttpMethod.Post, Path(space), JsonSerializer.SerializeToUtf8Bytes(body, EventJson.Default.EventBody), "application/json", cancellationToken);
        return name;
    }

    /// <returns>False when the earlier event is no longer there.</returns>
    private async Task<bool> RepeatAsync(ObjectEvent told, Said before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var patch = JsonSerializer.SerializeToUtf8Bytes(new EventPatch(before.Count + 1, Stamp(now)), EventJson.Default.EventPatch);
        try
        {
            await SendAsync(HttpMethod.Patch, $"{Path(told.About.Name.Namespace)}/{before.Name}", patch, "application/merge-patch+json", cancellationToken);
            return true;
        }
        catch (KubernetesException failure) when (failure.IsNotFound)
        {
            return false;
        }
    }

    private async Task SendAsync(HttpMethod method, string path, byte[] body, string contentType, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(new KubernetesCall(method, path) { Body = body, ContentType = contentType }, cancellationToken);
    }

    /// <summary>What is too old to be repeated is forgotten first, then what was said longest ago.</summary>
    private void Remember(Saying saying, Said said)
    {
        if (_said.Count >= MaxRemembered)
        {
            foreach (var old in _said.Where(entry => said.Last - entry.Value.Last >= Memory).Select(entry => entry.Key).ToList())
                _said.Remove(old);
            if (_said.Count >= MaxRemembered)
                _said.Remove(_said.MinBy(entry => entry.Value.Last).Key);
        }

        _said[saying] = said;
    }

    private static string Path(string space) => $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/events";

    /// <summary>Seconds alone, as the API has them.</summary>
    private static string Stamp(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed record Saying(string ApiVersion, string Kind, string Name, string Uid, EventSeverity Severity, string Reason, string Message);

    private sealed record Said(string Name, int Count, DateTimeOffset Last);
}
